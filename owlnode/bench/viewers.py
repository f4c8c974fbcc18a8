"""Many viewers of the courtyard at once: each asks for the live answer once a second over a connection of its own."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass
class Seen:
    """Latencies in milliseconds, and how many answers were no good."""

    live: list[float] = field(default_factory=list)
    page: list[float] = field(default_factory=list)
    failed: int = 0


def watch(url: str, *, viewers: int, seconds: float, live: str, page: str) -> Seen:
    """``viewers`` poll ``live`` once a second for so long, while one reader loads ``page`` twice a second."""
    return asyncio.run(_watch(url, viewers, seconds, live, page))


async def _watch(url: str, viewers: int, seconds: float, live: str, page: str) -> Seen:
    seen = Seen()
    end = time.monotonic() + seconds
    polls = [_poll(url, live, seen, seen.live, end=end, every=1.0, delay=one / viewers) for one in range(viewers)]
    await asyncio.gather(*polls, _poll(url, page, seen, seen.page, end=end, every=0.5))
    return seen


async def _poll(
    url: str, path: str, seen: Seen, into: list[float], *, end: float, every: float, delay: float = 0.0
) -> None:
    await asyncio.sleep(delay)
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    etag = ""
    while time.monotonic() < end:
        started = time.monotonic()
        condition = f"If-None-Match: {etag}\r\n" if etag else ""
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\n{condition}\r\n".encode())
        status, etag = await _answer(reader)
        into.append((time.monotonic() - started) * 1000)
        seen.failed += status not in {200, 304}
        await asyncio.sleep(max(0.0, every - (time.monotonic() - started)))
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, str]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in head[1:] if ":" in line}
    await reader.readexactly(int(headers.get("content-length", "0")))
    return int(head[0].split()[1]), headers.get("etag", "")
