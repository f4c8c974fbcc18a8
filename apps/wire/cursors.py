"""Where a reader of a feed stands. Opaque to the reader, strict to the node that gave it out.

A cursor says nothing about rights: the provider evaluates agreement and terms anew for every page, so a
forged cursor can only skip or repeat rows the reader may see anyway.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Literal, get_args

from apps.wire import canonical
from apps.wire.errors import BadCursor, BadJson

Phase = Literal["snapshot", "tail"]

PREFIX = "1."
MAX_LENGTH = 256
_MAX_SAFE = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Cursor:
    """A position in the feed of one agreement.

    epoch    the provider's epoch; another one means its history was restored and the copy must be compared
    phase    ``snapshot`` walks by (stream, time, span); ``tail`` follows the numbers of the sequencer
    high     snapshot: the number the tail will start after; tail: the number being read
    stream, time  snapshot: key of the last row already sent, time in µs UTC; both None at the start
    until    the horizon of the terms in µs UTC up to which this walk reads
    ordinal  snapshot: the span in seconds of the last row sent; tail: rows of number ``high`` already sent
    """

    epoch: int
    phase: Phase
    high: int
    stream: int | None = None
    time: int | None = None
    until: int = 0
    ordinal: int = 0

    def encode(self) -> str:
        """The URL-safe text of this cursor, at most 256 characters. Raises BadCursor for impossible values."""
        _check(self)
        body = canonical.dumps([self.epoch, self.phase, self.high, self.stream, self.time, self.until, self.ordinal])
        return PREFIX + base64.urlsafe_b64encode(body).decode().rstrip("=")


def parse(text: str) -> Cursor:
    """The cursor written in ``text``. Raises BadCursor unless it is exactly what ``encode`` writes."""
    if not text.startswith(PREFIX) or len(text) > MAX_LENGTH:
        raise _bad("unknown version or too long")
    body = text.removeprefix(PREFIX)
    try:
        values = canonical.loads(base64.b64decode(body + "=" * (-len(body) % 4), b"-_", validate=True))
    except (binascii.Error, ValueError, BadJson) as error:
        raise _bad("not readable") from error
    if not isinstance(values, list) or len(values) != 7:
        raise _bad("wrong shape")
    cursor = Cursor(*values)
    if cursor.encode() != text:
        raise _bad("not in its one spelling")
    return cursor


def _check(cursor: Cursor) -> None:
    if cursor.phase not in get_args(Phase):
        raise _bad("unknown phase")
    if not all(_natural(value) for value in (cursor.epoch, cursor.high, cursor.until, cursor.ordinal)):
        raise _bad("a number out of range")
    if (cursor.stream is None) != (cursor.time is None):
        raise _bad("stream and time come together")
    if cursor.stream is not None and not (_natural(cursor.stream) and _natural(cursor.time)):
        raise _bad("a number out of range")


def _natural(value: object) -> bool:
    return type(value) is int and 0 <= value <= _MAX_SAFE


def _bad(why: str) -> BadCursor:
    return BadCursor(
        f"This cursor is none of ours: {why}.",
        part="cursor",
        remedy="Send the value of Owl-Next-Cursor unchanged, or no cursor to start from the beginning.",
    )
