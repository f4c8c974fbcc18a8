"""What agreements do when something happens in the apps below."""

from __future__ import annotations


def register() -> None:
    """Subscribe to the events of the apps below; called once at start."""
