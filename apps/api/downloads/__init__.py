"""Files made while they are sent: each format turns chunks of rows into bytes, a bounded number at a time."""

from apps.api.downloads.exports import export
from apps.api.downloads.frames import Frame, Labels
from apps.api.downloads.writers import WRITERS

__all__ = ["WRITERS", "Frame", "Labels", "export"]
