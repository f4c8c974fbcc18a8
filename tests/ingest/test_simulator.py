"""Simulator: repeatable, labelled, complete, and the same however the time is cut."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from apps.core.errors import Invalid
from apps.ingest import simulator
from apps.ingest.simulator import Sample
from apps.sensors.models import Datastream, Observation, Thing

START = datetime(2026, 3, 1, tzinfo=UTC)


def drawn(start: datetime, end: datetime, *, city: str = "detmold", seed: int = 0, step_s: int = 600) -> list[Sample]:
    """All samples of a stretch."""
    stations = simulator.stations(city=city, city_name=city)
    return list(simulator.samples(simulated=stations, city=city, seed=seed, start=start, end=end, step_s=step_s))


def as_set(samples: list[Sample]) -> set[tuple[str, int, int, float]]:
    """Samples as (key, time, span, result)."""
    return {
        (sample.keys[stream], int(time), int(span), float(result))
        for sample in samples
        for stream, time, span, result in zip(sample.stream, sample.time, sample.span, sample.result, strict=True)
    }


def test_all_five_themes_are_there() -> None:
    themes = {found.station.properties["theme"] for found in simulator.stations(city="detmold", city_name="Detmold")}
    assert themes == {"weather", "air", "parking", "water-level", "soil-moisture"}


def test_the_same_seed_gives_the_same_and_another_gives_other_values() -> None:
    end = START + timedelta(days=1)
    assert as_set(drawn(START, end)) == as_set(drawn(START, end))
    assert as_set(drawn(START, end)) != as_set(drawn(START, end, seed=1))
    assert {result for *_, result in as_set(drawn(START, end))} != {
        result for *_, result in as_set(drawn(START, end, city="herford"))
    }


def test_cutting_the_time_differently_changes_nothing() -> None:
    whole = as_set(drawn(START, START + timedelta(days=2)))
    cuts = [START + timedelta(minutes=minutes) for minutes in (0, 7, 433, 1440, 2880)]
    pieces = set().union(*(as_set(drawn(a, b)) for a, b in itertools.pairwise(cuts)))
    assert pieces == whole


def test_every_stream_has_a_finite_reading_at_every_step() -> None:
    samples = drawn(START, START + timedelta(days=1))
    found = as_set(samples)
    keys = samples[0].keys
    assert len(found) == sum(len(sample.time) for sample in samples) == len(keys) * 144
    assert np.isfinite([result for *_, result in found]).all()


def test_intervals_keep_their_length_and_come_when_they_are_over() -> None:
    found = as_set(drawn(START + timedelta(seconds=1), START + timedelta(seconds=1_201), step_s=1))
    rain = {(time, span) for key, time, span, _ in found if key.endswith("precipitation")}
    begin = int(START.timestamp()) * 1_000_000
    assert rain == {(begin, 600), (begin + 600_000_000, 600)}


@pytest.mark.parametrize(("days", "step"), [(1, 0), (365 * 60, 600)])
def test_an_impossible_stretch_is_invalid(days: int, step: int) -> None:
    with pytest.raises(Invalid):
        drawn(START, START + timedelta(days=days), step_s=step)


@pytest.mark.django_db
def test_running_twice_changes_nothing_and_everything_is_labelled() -> None:
    for _ in range(2):
        ids = simulator.register(city="detmold", city_name="Detmold")
        counts = list(simulator.run(ids=ids, start=START, end=START + timedelta(hours=6), step_s=600, city="detmold"))
    assert Observation.objects.count() == sum(counts) == len(ids) * 36
    assert all(thing.properties["source"] == "simulator" for thing in Thing.objects.all())
    assert all(thing.name.endswith("(Simulator)") for thing in Thing.objects.all())
    assert all(stream.properties["source"] == "simulator" for stream in Datastream.objects.all())
    assert Datastream.objects.count() == len(ids)
