"""Recordings played back in time: the readings of each stretch of recorded time are written together, in its order.

The times stay those of the recording. What cannot be read goes to quarantine before the first step, as in an import.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from django.conf import settings

from apps.core import clock
from apps.core.errors import Invalid
from apps.ingest import discovery, writing
from apps.ingest.formats import files, tables
from apps.ingest.formats.types import Block, Part
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types

SECOND = 1_000_000
SOURCE = "replay"
LONGEST_GAP_S = 3_600


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch that was written: its end in recorded time, its readings, and how long to wait before the next."""

    until: datetime
    readings: int
    wait_s: float


@dataclass(frozen=True, slots=True)
class _Tape:
    """All readings in the order of their times; ``ready`` is when each is over (µs UTC)."""

    readings: sensor_types.Readings
    ready: npt.NDArray[np.int64]


def replay(
    *,
    paths: Sequence[Path],
    speed: float,
    since: datetime | None = None,
    until: datetime | None = None,
    step_s: int = 900,
    city: str | None = None,
    city_name: str | None = None,
) -> Iterator[Step]:
    """Write recordings step by step; ``next()`` writes one step, and the caller waits ``wait_s`` before the next.

    ``speed`` is how many recorded seconds pass in one second; ``since`` and ``until`` bound the recorded time (aware,
    ``until`` exclusive). A stretch without readings is waited for like an hour at most. Starting again in the middle
    is safe. Raises Invalid for a speed or step that is not positive, OSError for files that cannot be opened.
    """
    if speed <= 0 or step_s <= 0:
        raise Invalid("Speed and step must be positive.", part="speed")
    tape = _load(paths, city or settings.NODE.city, city_name or settings.NODE.city_name)
    low, high = _bounds(tape, since, until)
    begin = low
    while begin < len(tape.ready) and (high is None or tape.ready[begin] < high):
        edge = (int(tape.ready[begin]) // (step_s * SECOND) + 1) * step_s * SECOND
        end = int(np.searchsorted(tape.ready, min(edge, high) if high is not None else edge, side="left"))
        _write(tape.readings.take(np.arange(begin, end)))
        following = int(tape.ready[end]) if end < len(tape.ready) else edge
        gap_s = max(0, following // (step_s * SECOND) - edge // (step_s * SECOND)) * step_s
        yield Step(sensor_types.datetime_of(edge), end - begin, (step_s + min(gap_s, LONGEST_GAP_S)) / speed)
        begin = end


def _bounds(tape: _Tape, since: datetime | None, until: datetime | None) -> tuple[int, int | None]:
    low = 0 if since is None else int(np.searchsorted(tape.ready, sensor_types.micros(since), side="left"))
    return low, None if until is None else sensor_types.micros(until)


def _write(readings: sensor_types.Readings) -> None:
    """One step as a batch; its key is its content, so that a step written before is written once."""
    columns = (readings.datastream, readings.time, readings.span, readings.result)
    digest = hashlib.sha256(b"".join(column.tobytes() for column in columns) + repr(readings.extra).encode())
    sensors.record(readings=readings, source=SOURCE, client_key=digest.hexdigest(), at=clock.now())


def _load(paths: Sequence[Path], city: str, city_name: str) -> _Tape:
    """Read everything first: a recording is small as numbers (30 bytes a reading), and its files overlap in time."""
    parts: list[sensor_types.Readings] = []
    registry = writing.Registry(city=city, city_name=city_name)
    for path in paths:
        parts += _load_file(path, registry)
    joined = _join(parts)
    ready = joined.time + joined.span.astype(np.int64) * SECOND
    order = np.argsort(ready, kind="stable")
    return _Tape(joined.take(order), ready[order])


def _load_file(path: Path, registry: writing.Registry) -> list[sensor_types.Readings]:
    with path.open("rb") as source:
        try:
            opened = files.parse(source, folder=path.parent.name, sites=discovery.sites_near(path))
        except tables.UnreadableFile as error:
            raise Invalid(f"{path}: {error}", part=str(path)) from error
        layout = opened.layout
        ids = registry.ids(layout.stations, at=clock.now())
        name = f"{path.parent.name}/{path.name}"
        target = writing.Target(layout, tuple(ids[key] for key in layout.keys), f"recording:{layout.kind}", name)
        found = []
        for part in opened.parts:
            writing.write(Part((), part.issues, part.tally, part.bytes_read), target, at=clock.now())
            found += [_readings(block, target) for block in part.blocks]
        return found


def _readings(block: Block, target: writing.Target) -> sensor_types.Readings:
    return sensor_types.Readings.build(
        datastream=np.asarray(target.ids, np.int32)[block.stream],
        time=block.time,
        result=block.result,
        span=target.layout.span,
        extra=block.extra,
    )


def _join(parts: Sequence[sensor_types.Readings]) -> sensor_types.Readings:
    extra: list[str | None] | None = None
    if any(part.extra is not None for part in parts):
        extra = [text for part in parts for text in (part.extra or [None] * len(part))]
    return sensor_types.Readings.build(
        datastream=np.concatenate([np.empty(0, np.int32), *(part.datastream for part in parts)]),
        time=np.concatenate([np.empty(0, np.int64), *(part.time for part in parts)]),
        span=np.concatenate([np.empty(0, np.int32), *(part.span for part in parts)]),
        result=np.concatenate([np.empty(0), *(part.result for part in parts)]),
        extra=extra,
    )
