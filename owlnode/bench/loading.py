"""A lean load generator: prepared requests over kept-alive connections, one loop, and its share of the machine.

It speaks just enough HTTP/1.1 (RFC 9112) for answers with a Content-Length; each connection sends its next request as
soon as it has the answer to the one before.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Load:
    """What came back: answers by status, the bodies' last sample, seconds per answer, and the generator's own work."""

    seconds: float = 0.0
    own_cpu_seconds: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    last_body: bytes = b""

    def percentile(self, share: float) -> float:
        """The wait in milliseconds that this share of the answers did not exceed."""
        waits = sorted(self.waits)
        return 1000 * waits[min(len(waits) - 1, int(share * len(waits)))] if waits else 0.0


def request(method: str, path: str, body: bytes, *, secret: str, host: str) -> bytes:
    """One request, ready to be sent."""
    head = [
        f"{method} {path} HTTP/1.1",
        f"Host: {host}",
        f"Authorization: Bearer {secret}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def drive(port: int, requests: Sequence[bytes], *, connections: int) -> Load:
    """Send all requests over so many connections; returns when the last is answered."""
    load = Load()
    begin, own = time.perf_counter(), time.process_time()
    asyncio.run(_drive(port, iter(requests), connections, load))
    load.seconds = time.perf_counter() - begin
    load.own_cpu_seconds = time.process_time() - own
    return load


async def _drive(port: int, requests: Iterator[bytes], connections: int, load: Load) -> None:
    loop = asyncio.get_running_loop()
    ends = [loop.create_future() for _number in range(connections)]
    for end in ends:
        await loop.create_connection(lambda end=end: _Connection(requests, load, end), "127.0.0.1", port)  # type: ignore[misc]
    await asyncio.gather(*ends)


class _Connection(asyncio.Protocol):
    """One connection: a request, its answer, the next."""

    def __init__(self, requests: Iterator[bytes], load: Load, end: asyncio.Future[None]) -> None:
        self.requests, self.load, self.end = requests, load, end
        self.buffer = b""
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]  # a stream, as it was asked for
        self._send()

    def data_received(self, data: bytes) -> None:
        """Take in a piece of an answer; when it is whole, go on."""
        self.buffer += data
        head_end = self.buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = self.buffer[:head_end].lower()
        place = head.find(b"content-length:")
        length = int(head[place + 15 :].split(b"\r\n", 1)[0]) if place >= 0 else 0
        if len(self.buffer) < head_end + 4 + length:
            return
        self.load.waits.append(time.perf_counter() - self.sent_at)
        self.load.statuses[int(head[9:12])] += 1
        self.load.last_body = self.buffer[head_end + 4 :]
        self.buffer = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        """Whatever was not answered stays uncounted."""
        if not self.end.done():
            self.end.set_result(None)

    def _send(self) -> None:
        following = next(self.requests, None)
        if following is None:
            self.transport.close()
            return
        self.sent_at = time.perf_counter()
        self.transport.write(following)
