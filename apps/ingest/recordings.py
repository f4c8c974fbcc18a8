"""The public face for recordings: list what lies in a folder, import it, or replay it in time.

Readings keep the times at which they were recorded, and everything registered here says "Aufzeichnung aus Münster".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.core import clock
from apps.ingest import discovery, writing
from apps.ingest.discovery import Recording
from apps.ingest.formats import files, tables
from apps.ingest.reports import ImportReport, Progress, ends_early
from apps.ingest.writing import Registry, Target
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types

__all__ = [
    "ImportReport",
    "Progress",
    "Recording",
    "import_file",
    "import_files",
    "import_stream",
    "list_recordings",
    "registry_of",
]

Listener = Callable[[Progress], None]
REFUSALS = {
    "empty-file": gettext_lazy("The file is empty."),
    "no-header": gettext_lazy("The first line is not a header."),
    "unknown-header": gettext_lazy("The header is not that of a recording we know, or of another one than chosen."),
}


def list_recordings(path: Path) -> tuple[Recording, ...]:
    """The recordings in a folder (or the one a file is), sorted; see ``discovery.find``. Raises OSError."""
    return discovery.find(path)


def import_file(
    *,
    path: Path,
    kind: str | None = None,
    city: str | None = None,
    city_name: str | None = None,
    progress: Listener | None = None,
    at: datetime | None = None,
) -> ImportReport:
    """Import one file. ``kind`` None: its header decides; ``city`` None: this node's.

    Importing it again changes nothing. A file that is none of ours goes to quarantine and stands in ``report.refused``.
    Raises OSError when it cannot be opened.
    """
    return import_files(paths=[path], kind=kind, city=city, city_name=city_name, progress=progress, at=at)


def import_files(
    *,
    paths: Sequence[Path],
    kind: str | None = None,
    city: str | None = None,
    city_name: str | None = None,
    progress: Listener | None = None,
    at: datetime | None = None,
) -> ImportReport:
    """Import files one after the other, in the given order; their reports added up. As ``import_file`` otherwise."""
    report = ImportReport()
    registry = registry_of(city=city, city_name=city_name)
    total = sum(path.stat().st_size for path in paths)
    done = 0
    for path in paths:
        with path.open("rb") as source:
            report.add(
                import_stream(
                    source=source,
                    name=f"{path.parent.name}/{path.name}",
                    folder=path.parent.name,
                    sites=discovery.sites_near(path),
                    kind=kind,
                    registry=registry,
                    progress=_shifted(progress, done, total, report.accepted),
                    at=at,
                )
            )
        done += path.stat().st_size
    return report


def registry_of(*, city: str | None, city_name: str | None) -> Registry:
    """Where stations of a city are registered; None: this node's."""
    return Registry(city=city or settings.NODE.city, city_name=city_name or settings.NODE.city_name)


def _shifted(progress: Listener | None, done: int, total: int, readings: int) -> Listener | None:
    if progress is None:
        return None
    return lambda now: progress(Progress(now.file, done + now.bytes_done, total, readings + now.readings))


def import_stream(
    *,
    source: BinaryIO,
    name: str,
    registry: Registry,
    folder: str = "",
    sites: Sequence[Mapping[str, Any]] = (),
    kind: str | None = None,
    progress: Listener | None = None,
    at: datetime | None = None,
) -> ImportReport:
    """Import an open file, as an upload hands it over. ``name`` is for quarantine; otherwise as ``import_file``."""
    moment = at or clock.now()
    report = ImportReport(files=1)
    try:
        opened = files.parse(source, kind=kind, folder=folder, sites=sites)
    except tables.UnreadableFile as error:
        _refuse(source, name, error, report)
        return report
    layout = opened.layout
    ids = registry.ids(layout.stations, at=moment)
    target = Target(layout, tuple(ids[key] for key in layout.keys), f"recording:{layout.kind}", name)
    bytes_done, last = 0, None
    for part in opened.parts:
        report.add(writing.write(part, target, at=moment))
        bytes_done += part.bytes_read
        last = max((t for t in (last, part.tally.last_us) if t is not None), default=None)
        if progress is not None:
            progress(Progress(name, bytes_done, bytes_done, report.accepted))
    early = ends_early(name, last)
    if early is not None:
        text = _("%(file)s ends at %(moment)s; import it again once it is complete.")
        report.notes.append(text % {"file": name, "moment": f"{early:%Y-%m-%d %H:%M}"})
    return report


def _refuse(source: BinaryIO, name: str, error: tables.UnreadableFile, report: ImportReport) -> None:
    """A file as a whole into quarantine: its beginning and why."""
    source.seek(0)
    row = sensor_types.QuarantineRow(
        payload=f"{name}\n{tables.decode(source.read(2_000))}", reason=error.reason, detail=f"{name}: {error}"
    )
    sensors.quarantine(source="recording", rows=[row])
    report.refused.append((name, str(REFUSALS[error.reason])))
