"""The simulator's public face: which stations a city has, and their readings between two moments.

Deterministic: the same city, seed and moment always give the same value, however the time is cut. Everything it makes
says so: ``properties.source`` is "simulator" and the names end in "(Simulator)".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.conf import settings

from apps.core import clock
from apps.core.errors import Invalid
from apps.ingest import writing
from apps.ingest.simulation import noise
from apps.ingest.simulation.stations import Simulated, SimulatedStation, all_stations
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types

SECOND = 1_000_000
SOURCE = "simulator"
BATCH_READINGS = 50_000
MAX_YEARS_S = 50 * 366 * 86_400


@dataclass(frozen=True, slots=True)
class Sample:
    """Readings of some stretch of time: ``keys`` are external keys, ``stream`` indexes them, ``time`` is µs UTC,
    ``span`` seconds (0: instant), ``result`` numbers in the stream's unit."""

    keys: tuple[str, ...]
    stream: noise.Times
    time: noise.Times
    span: noise.Times
    result: noise.Values


def stations(*, city: str | None = None, city_name: str | None = None) -> tuple[SimulatedStation, ...]:
    """The simulated stations of a city (None: this node's), always the same ones in the same order."""
    return all_stations(city=city or settings.NODE.city, city_name=city_name or settings.NODE.city_name)


def samples(
    *, simulated: tuple[SimulatedStation, ...], city: str, seed: int, start: datetime, end: datetime, step_s: int
) -> Iterator[Sample]:
    """Readings with start ≤ time < end (aware), in stretches of at most about 50,000, oldest first.

    Instants fall on multiples of ``step_s`` since 1970; intervals keep their own length and come once they are over.
    Raises Invalid for a step that is not positive or more than fifty years at once.
    """
    first, last = (sensor_types.micros(moment) // SECOND for moment in (start, end))
    if step_s <= 0:
        raise Invalid("The step must be at least one second.", part="step")
    if last - first > MAX_YEARS_S or first < 0:
        raise Invalid("The time to simulate must lie after 1970 and be shorter than fifty years.", part="since")
    parts = tuple(part for station in simulated for part in station.parts)
    stretch = max(1, BATCH_READINGS // len(parts)) * step_s
    for begin in range(first, last, stretch):
        sample = _sample(parts, (city, seed), begin, min(begin + stretch, last), step_s)
        if len(sample.time):
            yield sample


def _sample(parts: tuple[Simulated, ...], chance: tuple[str, int], begin: int, end: int, step_s: int) -> Sample:
    city, seed = chance
    city_seed = noise.seed_of(seed, city)
    times, values = [], []
    for part in parts:
        moments = _moments(begin, end, part.span, step_s)
        own = noise.seed_of(seed, part.stream.key)
        times.append(moments)
        values.append(np.round(part.curve(city_seed, own, moments), part.decimals) if len(moments) else np.empty(0))
    counts = [len(moments) for moments in times]
    return Sample(
        keys=tuple(part.stream.key for part in parts),
        stream=np.repeat(np.arange(len(parts)), counts),
        time=np.concatenate(times) * SECOND,
        span=np.repeat([part.span for part in parts], counts),
        result=np.concatenate(values) + 0.0,
    )


def _moments(begin: int, end: int, span: int, step_s: int) -> noise.Times:
    """Multiples of the step in [begin, end); an interval belongs where it ends, so that it is complete."""
    step = span or step_s
    return np.arange(-(-begin // step) * step, end, step, dtype=np.int64) - span


def register(*, city: str | None = None, city_name: str | None = None, at: datetime | None = None) -> Mapping[str, int]:
    """Register the simulated stations; external key → datastream id. Doing it again changes nothing."""
    return writing.register(
        [simulated.station for simulated in stations(city=city, city_name=city_name)],
        city=city or settings.NODE.city,
        city_name=city_name or settings.NODE.city_name,
        at=at or clock.now(),
    )


def run(
    *, ids: Mapping[str, int], start: datetime, end: datetime, step_s: int, seed: int = 0, city: str | None = None
) -> Iterator[int]:
    """Write the readings between two moments; yields how many each batch held. ``ids`` come from ``register``."""
    where = city or settings.NODE.city
    for sample in samples(simulated=stations(city=where), city=where, seed=seed, start=start, end=end, step_s=step_s):
        by_index = np.array([ids[key] for key in sample.keys], np.int32)
        readings = sensor_types.Readings.build(
            datastream=by_index[sample.stream], time=sample.time, span=sample.span, result=sample.result
        )
        sensors.record(readings=readings, source=SOURCE, at=clock.now())
        yield len(readings)
