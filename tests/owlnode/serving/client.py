"""A server and its client in one: what an application answers to a request made of ASGI's messages."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from owlnode.serving.types import Message, Scope
from tests.loops import run

HOST = "127.0.0.1"


def scope(method: str, path: str, headers: Mapping[str, str] | None = None, query: str = "") -> Scope:
    """A request without its body, as a server describes it."""
    given = {"host": HOST} | {name.lower(): value for name, value in (headers or {}).items()}
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "http_version": "1.1",
        "scheme": "http",
        "server": (HOST, 8000),
        "client": ("192.0.2.7", 50_000),
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
    }


@dataclass
class Line:
    """One connection: the pieces of a body still to be received, and everything that was sent back."""

    pieces: list[bytes] = field(default_factory=list)
    breaks_off: bool = False
    sent: list[Message] = field(default_factory=list)
    received: int = 0

    async def receive(self) -> Message:
        """The next piece; after the last one nothing for as long as the client stays."""
        self.received += 1
        if self.pieces:
            piece = self.pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(self.pieces) or self.breaks_off}
        if not self.breaks_off:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Take what is sent."""
        self.sent.append(message)

    @property
    def status(self) -> int:
        """The answer's status."""
        status: int = self.sent[0]["status"]
        return status

    @property
    def headers(self) -> dict[str, str]:
        """The answer's headers."""
        return {name.decode(): value.decode() for name, value in self.sent[0]["headers"]}

    @property
    def body(self) -> bytes:
        """The answer's body."""
        return b"".join(message.get("body", b"") for message in self.sent[1:])


def ask(application: Any, found: Scope, body: bytes | Sequence[bytes] = b"", *, breaks_off: bool = False) -> Line:
    """What the application answers to a request with this body, which may come in pieces, or break off after them."""
    pieces = [piece for piece in ([body] if isinstance(body, bytes) else body) if piece]
    if not any(name == b"content-length" for name, _value in found["headers"]):
        found["headers"].append((b"content-length", str(sum(map(len, pieces))).encode()))
    line = Line(pieces, breaks_off=breaks_off)
    run(asyncio.wait_for(application(found, line.receive, line.send), 60))
    return line
