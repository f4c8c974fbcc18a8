"""Another city's node as a test plays it: it has keys, signs requests, and answers on a real socket."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from apps.wire import did, keys, signatures

Script = Callable[["Received"], "Reply | None"]


@dataclass
class Received:
    """A request as it came over the wire: target and headers untouched."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Reply:
    """What to answer. ``signed`` adds a right signature; ``raw`` is written to the socket instead of all else."""

    status: int = 200
    body: bytes = b"{}"
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    signed: bool = True
    created: datetime | None = None
    raw: bytes | None = None


class City:
    """A peer under the test's control; ``script`` decides each answer."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.script: Script = lambda received: Reply()
        self.requests: list[Received] = []
        city = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                city._answer(self, Received(self.command, self.path, dict(self.headers), self.rfile.read(length)))

            do_GET = do_POST = do_PUT = answer  # noqa: N815 - the standard library's names

            def log_message(self, format: str, *args: Any) -> None:
                """A test speaks through its assertions."""

        self.server = http.server.ThreadingHTTPServer((host, 0), Handler)
        self.server.daemon_threads = True
        self.server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]  # hung up on
        self.port = self.server.server_address[1]
        self.base_url = f"http://{host}:{self.port}"
        self.did = did.did_from_url(self.base_url)
        self.key = self.new_key(1)
        self.published = [self.key]
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self.server.shutdown()
        self.server.server_close()

    def new_key(self, version: int) -> keys.SigningKey:
        """A key of this city."""
        return keys.generate(f"{self.did}#key-{version}")

    def document(self) -> dict[str, Any]:
        """Its identity document."""
        listed = [did.DidKey(key.keyid, key.verify_key.raw) for key in self.published]
        return did.document(did=self.did, keys=listed)

    def signed(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        *,
        created: datetime | None = None,
        nonce: str | None = None,
        key: keys.SigningKey | None = None,
    ) -> dict[str, str]:
        """The headers of a request of this city to the node under test."""
        headers = {"Content-Type": "application/json"} if body else {}
        return headers | signatures.sign_request(
            method=method,
            url=settings.NODE.base_url + target,
            headers=headers,
            body=body,
            key=key or self.key,
            created=created or datetime.now(UTC),
            nonce=nonce or signatures.new_nonce(),
        )

    def _answer(self, handler: http.server.BaseHTTPRequestHandler, received: Received) -> None:
        self.requests.append(received)
        if received.target == "/.well-known/did.json":
            reply = self.script(received) if self.script.__name__ == "document" else None
            reply = reply or Reply(body=json.dumps(self.document()).encode(), signed=False)
        else:
            reply = self.script(received) or Reply()
        if reply.raw is not None:
            handler.wfile.write(reply.raw)
            handler.close_connection = True
            return
        self._write(handler, received, reply)

    def _write(self, handler: http.server.BaseHTTPRequestHandler, received: Received, reply: Reply) -> None:
        headers = {"Content-Type": reply.content_type, **reply.headers}
        if reply.signed:
            headers |= self.sign(received, reply, headers)
        handler.send_response(reply.status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(reply.body)))
        handler.end_headers()
        handler.wfile.write(reply.body)

    def sign(self, received: Received, reply: Reply, headers: Mapping[str, str]) -> dict[str, str]:
        """The signature of an answer to exactly this request."""
        asked = signatures.Request(
            method=received.method, url=self.base_url + received.target, headers=received.headers
        )
        return signatures.sign_response(
            status=reply.status,
            headers=headers,
            body=reply.body,
            request=asked,
            key=self.key,
            created=reply.created or datetime.now(UTC),
        )
