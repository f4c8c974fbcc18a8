"""Structured logs: one JSON object a line, with the ids of the request and of the task run.

Bodies, tokens and personal data are never logged; whoever logs passes named fields in ``extra``.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar

request_id: ContextVar[str] = ContextVar("request_id", default="")
task_id: ContextVar[str] = ContextVar("task_id", default="")


class ContextFilter(logging.Filter):
    """Adds ``request_id`` and ``task_id`` to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record pass."""
        record.request_id = request_id.get()
        record.task_id = task_id.get()
        return True
