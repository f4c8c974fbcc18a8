"""Counts views of pages without cookies, addresses or anything else about who looks.

A process keeps its counts in memory and adds them to the day's row every quarter of a minute at most, so that a view
costs no write; what a killed process had not yet added is lost.
"""

from __future__ import annotations

import atexit
import contextlib
import threading
import time
from collections import Counter
from typing import Final

from django.db import DatabaseError
from django.utils import timezone

from apps.catalogue import services as catalogue

EVERY_SECONDS: Final = 15.0
_lock = threading.Lock()
_views: Counter[str] = Counter()
_flushed = time.monotonic()


def count(kind: str) -> None:
    """One more view of a page of this kind."""
    with _lock:
        _views[kind] += 1
        due = time.monotonic() - _flushed >= EVERY_SECONDS
    if due:
        flush()


def flush() -> None:
    """Add what was counted to today's row; a database that refuses costs these counts, never the page."""
    global _flushed  # noqa: PLW0603 - one counter per process is the point
    with _lock:
        views = dict(_views)
        _views.clear()
        _flushed = time.monotonic()
    if views:
        with contextlib.suppress(DatabaseError):
            catalogue.count_views(day=timezone.localdate(), views=views)


def forget() -> None:
    """Drop what was counted and not yet added."""
    with _lock:
        _views.clear()


atexit.register(flush)
