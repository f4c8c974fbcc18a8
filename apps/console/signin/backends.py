"""The first authentication backend: it lets nobody in, and stops who guesses."""

from __future__ import annotations

from typing import Any

from axes.backends import AxesStandaloneBackend
from django.http import HttpRequest


class LockOutBackend(AxesStandaloneBackend):
    """Refuses attempts over the limit. Code of the node itself, which comes without a request, is not counted."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        """None: the next backend decides. Raises PermissionDenied, which ends the attempt, for a locked client."""
        if request is not None:
            super().authenticate(request, **credentials)
