"""Which rows the next page of a feed holds, and where the one after begins.

The snapshot walks by (stream, time, span) up to a fixed number and horizon. The tail moves two edges: the sequencer's
number (what was written or deleted since, before the horizon) and the horizon itself (what has come of age since). Both
together never skip a row: see ``docs/decisions/0006-feed.md``.
"""

from __future__ import annotations

from dataclasses import replace

from apps.provider.selectors import extras, snapshot, tail
from apps.provider.types import Scope, Slice, View
from apps.wire.cursors import Cursor


def read_page(view: View, cursor: Cursor | None, *, epoch: int, high: int, limit: int, scope: Scope | None) -> Slice:
    """The page after ``cursor`` (None: the first), about ``limit`` rows, never splitting what must stay together.

    ``high`` is the last number given out; it must have been read before this call. With a ``scope`` only that part is
    walked, and the walk ends without a tail.
    """
    if cursor is None:
        cursor = Cursor(epoch=epoch, phase="snapshot", high=high, until=view.until)
    cursor = _within(view, cursor)
    if cursor.phase == "snapshot":
        page = snapshot.read(view, cursor, limit=limit, scope=scope)
    else:
        page = tail.read(view, cursor, high=high, limit=limit)
    return replace(page, extra={} if view.bucket else extras.of(page.rows))


def _within(view: View, cursor: Cursor) -> Cursor:
    """A cursor gives no right: its horizon never reaches beyond today's, nor into the middle of a bucket."""
    until = min(cursor.until, view.until)
    if view.bucket:
        until -= until % view.bucket
    return replace(cursor, until=until)
