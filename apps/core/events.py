"""In-process events: a service says what happened, handlers enqueue work.

Announced on commit only. A lost announcement is harmless: every duty is found again by its tick from the database.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeVar

from django.db import transaction

T = TypeVar("T")

log = logging.getLogger(__name__)


class Event(Generic[T]):
    """One kind of thing that happened, named in the past tense; its payload is a frozen dataclass."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._handlers: list[Callable[[T], object]] = []

    def subscribe(self, handler: Callable[[T], object]) -> Callable[[T], object]:
        """Register a handler (once); returns it, so that it serves as a decorator."""
        if handler not in self._handlers:
            self._handlers.append(handler)
        return handler

    def announce(self, payload: T) -> None:
        """Tell the handlers once the surrounding transaction has committed; a failing handler stops no other."""
        for handler in self._handlers:
            transaction.on_commit(partial(self._deliver, handler, payload))

    def _deliver(self, handler: Callable[[T], object], payload: T) -> None:
        try:
            handler(payload)
        except Exception:  # the duty itself is in the database, so a broken hint must not break its cause
            log.exception("event handler failed", extra={"event": self.name})
