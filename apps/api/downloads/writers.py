"""The formats by the end of their names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.module_loading import import_string

from apps.api.downloads.frames import Chunks, Frame


@dataclass(frozen=True, slots=True)
class Writer:
    """How one format is called on the wire, and where it is written.

    ``place`` is loaded by the first file of that format: what Parquet takes is 9 MB of every process, for few files.
    """

    media_type: str
    place: str

    def write(self, frame: Frame, chunks: Chunks) -> Iterator[bytes]:
        """The file, piece by piece, while its rows are read."""
        pieces: Iterator[bytes] = import_string(self.place)(frame, chunks)
        return pieces


WRITERS: Final = {
    "csv": Writer("text/csv; charset=utf-8", "apps.api.downloads.text.write"),
    "json": Writer("application/json", "apps.api.downloads.objects.write_json"),
    "geojson": Writer("application/geo+json", "apps.api.downloads.objects.write_geojson"),
    "parquet": Writer("application/vnd.apache.parquet", "apps.api.downloads.columns.write"),
}
