"""What follows from a recorded batch: a hint to the sequencer."""

from __future__ import annotations
