"""What the chosen sensors say now: one tiny answer that all viewers of the courtyard share.

It is made at most twice a second by whoever asks first; everybody else meanwhile gets the one before. So 200 viewers
cost as much as two do (measured in docs/decisions/0018).
"""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

import orjson

from apps.holdings import selectors as holdings
from apps.holdings.types import Exhibited, Latest

LASTS_SECONDS: Final = 0.5
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes, their ETag (RFC 9110, section 8.8.3) and when they were made (monotonic seconds)."""

    body: bytes
    etag: str
    made: float


_current: Answer | None = None


def answer() -> Answer:
    """The present answer, made anew when it is half a second old and nobody else is at it."""
    found = _current
    if found is not None and (time.monotonic() - found.made < LASTS_SECONDS or not _lock.acquire(blocking=False)):
        return found
    if found is None:
        _lock.acquire()
    try:
        return _renew(found)
    finally:
        _lock.release()


def _renew(before: Answer | None) -> Answer:
    global _current  # noqa: PLW0603 - one answer per process is the point
    if _current is not None and _current is not before and time.monotonic() - _current.made < LASTS_SECONDS:
        return _current
    body = orjson.dumps({"values": values(read())})
    _current = Answer(body, f'"{hashlib.sha256(body).hexdigest()[:20]}"', time.monotonic())
    return _current


def forget() -> None:
    """Make the next answer anew."""
    global _current  # noqa: PLW0603 - see above
    _current = None


def read() -> list[tuple[Exhibited, Latest | None]]:
    """The chosen sensors, each with its latest value as everybody may see it."""
    shown = holdings.exhibits()
    concerned = {one.holding.key: one.holding for one in shown}
    now = holdings.now(None, list(concerned.values()), {one.stream.id for one in shown})
    return [(one, next(iter(now.get((one.holding.key, one.stream.id), ())), None)) for one in shown]


def values(found: list[tuple[Exhibited, Latest | None]]) -> list[dict[str, Any]]:
    """By datastream: ``value`` (null: none or withheld), ``time`` (seconds since 1970 UTC, null: none)."""
    return [
        {
            "id": one.stream.id,
            "value": latest.result if latest else None,
            "time": latest.time.timestamp() if latest else None,
        }
        for one, latest in found
    ]
