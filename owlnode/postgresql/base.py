"""The module that Django looks for in an engine."""

from __future__ import annotations

import time

from django.db.backends.postgresql.base import DatabaseWrapper as DjangosWrapper

RESTED_SECONDS = 1.0


class DatabaseWrapper(DjangosWrapper):
    """As Django's (``CONN_HEALTH_CHECKS``), but what was asked a moment ago is not asked first whether it is there.

    A server does not come back within a second of going; a busy connection paid with one way to it for each request.
    """

    asked_at = float("-inf")

    def close_if_health_check_failed(self) -> None:
        """Close a connection that has rested for longer than ``RESTED_SECONDS`` and does not answer any more."""
        now = time.monotonic()
        if now - self.asked_at <= RESTED_SECONDS:
            # For the whole of this request: asked at the end of a long transaction, the question would begin another.
            self.health_check_done = True
        else:
            super().close_if_health_check_failed()
        self.asked_at = now
