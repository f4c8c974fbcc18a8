"""The formats by the end of their names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from apps.api.downloads import columns, objects, text
from apps.api.downloads.frames import Chunks, Frame


@dataclass(frozen=True, slots=True)
class Writer:
    """How one format is written, and what it is called on the wire."""

    media_type: str
    write: Callable[[Frame, Chunks], Iterator[bytes]]


WRITERS: Final = {
    "csv": Writer("text/csv; charset=utf-8", text.write),
    "json": Writer("application/json", objects.write_json),
    "geojson": Writer("application/geo+json", objects.write_geojson),
    "parquet": Writer("application/vnd.apache.parquet", columns.write),
}
