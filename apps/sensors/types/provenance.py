"""Where readings come from, as the properties of a datastream say it under ``source``."""

from __future__ import annotations

from typing import Final

RECORDING: Final = "recording"
"""Of the past, imported or played back: nothing more is to be expected, and nothing is late."""
UPLOADED: Final = "table"
"""From a table that somebody uploaded: more comes when somebody uploads the next one, so nothing is late either."""
