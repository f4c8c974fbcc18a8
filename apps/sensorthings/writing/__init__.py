"""Creating, changing and deleting over SensorThings (OGC 18-088, sections 10 and 12)."""

from __future__ import annotations

from apps.sensorthings.writing.handling import handle

__all__ = ["handle"]
