"""The public face for recordings: list what lies in a folder, import it, or replay it in time.

Readings keep the times at which they were recorded, and everything registered here says "Aufzeichnung aus Münster".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.conf import settings

from apps.core import clock
from apps.ingest import discovery, writing
from apps.ingest.discovery import Recording
from apps.ingest.formats import files, tables
from apps.ingest.reports import ImportReport, Progress, ends_early
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types

__all__ = ["ImportReport", "Progress", "Recording", "import_file", "import_files", "import_stream", "list_recordings"]

Listener = Callable[[Progress], None]


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
    total = sum(path.stat().st_size for path in paths)
    done = 0
    for path in paths:
        listener = _shifted(progress, done, total, report.accepted)
        with path.open("rb") as source:
            report.add(
                import_stream(
                    source=source,
                    name=f"{path.parent.name}/{path.name}",
                    folder=path.parent.name,
                    sites=discovery.sites_near(path),
                    kind=kind,
                    city=city,
                    city_name=city_name,
                    progress=listener,
                    at=at,
                )
            )
        done += path.stat().st_size
    return report


def _shifted(progress: Listener | None, done: int, total: int, readings: int) -> Listener | None:
    if progress is None:
        return None
    return lambda now: progress(Progress(now.file, done + now.bytes_done, total, readings + now.readings))


def import_stream(
    *,
    source: BinaryIO,
    name: str,
    folder: str = "",
    sites: Sequence[Mapping[str, Any]] = (),
    kind: str | None = None,
    city: str | None = None,
    city_name: str | None = None,
    progress: Listener | None = None,
    at: datetime | None = None,
) -> ImportReport:
    """Import an open file, as an upload hands it over. ``name`` is for quarantine; otherwise as ``import_file``."""
    moment = at or clock.now()
    report = ImportReport(files=1)
    try:
        opened = files.parse(source, kind=kind, folder=folder, sites=sites)
    except tables.UnreadableFile as error:
        _refuse(source, name, kind, error, report)
        return report
    ids = writing.register(
        opened.layout.stations,
        city=city or settings.NODE.city,
        city_name=city_name or settings.NODE.city_name,
        at=moment,
    )
    keys = opened.layout.keys
    target = writing.Target(opened.layout, tuple(ids[key] for key in keys), f"recording:{opened.layout.kind}", name)
    bytes_done, last = 0, None
    for part in opened.parts:
        report.add(writing.write(part, target, at=moment))
        bytes_done += part.bytes_read
        last = max((t for t in (last, part.tally.last_us) if t is not None), default=None)
        if progress is not None:
            progress(Progress(name, bytes_done, bytes_done, report.accepted))
    early = ends_early(name, last)
    if early is not None:
        report.notes.append(f"{name} ends at {early:%Y-%m-%d %H:%M}; import it again once it is complete")
    return report


def _refuse(source: BinaryIO, name: str, kind: str | None, error: Exception, report: ImportReport) -> None:
    """A file as a whole into quarantine: its beginning and why."""
    source.seek(0)
    row = sensor_types.QuarantineRow(
        payload=f"{name}\n{tables.decode(source.read(2_000))}".replace("\0", "\ufffd"),
        reason="unreadable-file",
        detail=f"{name}: {error}",
    )
    sensors.quarantine(source=f"recording:{kind or 'unknown'}", rows=[row])
    report.refused.append((name, str(error)))
