"""The same files for somebody who hands one over in person: the request desk delivers what it granted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from apps.api.downloads.frames import Chunks, Frame
from apps.api.downloads.writers import WRITERS
from apps.desk.services import Export
from apps.holdings.types import Holding, Spot


def export(holding: Holding, spots: Sequence[Spot], chunks: Chunks, format: str, made_at: datetime) -> Export | None:
    """The dataset in this format, written while it is read; None for a format that is none of ours."""
    writer = WRITERS.get(format)
    if writer is None:
        return None
    return Export(writer.media_type, writer.write(Frame.of(holding, spots, made_at=made_at), chunks))
