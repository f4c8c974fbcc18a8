"""A preview shows what the feed would give, beside what stays, and leaves no trace."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.accounts import services as accounts
from apps.catalogue import services as catalogue
from apps.catalogue.models import Dataset
from apps.core import clock
from apps.ledger.models import Entry
from apps.policies.terms import Terms
from apps.provider import selectors
from apps.provider.models import Disclosure
from tests.consumer.pair import record, streams

pytestmark = pytest.mark.django_db


def make(kind: str = "measure", readings: dict[int, float] | None = None) -> Dataset:
    """A dataset of one stream with an hour of readings, one a minute."""
    (stream,) = streams(1, kind=kind)
    record(stream, readings or {minute: float(minute) for minute in range(60)})
    place = accounts.create_department(slug="environment", name_de="Umwelt", name_en="Environment")
    dataset = catalogue.create_dataset(identifier="air", title_de="Luft", department=place, sensitivity="environment")
    catalogue.set_members(dataset=dataset, datastream_ids=[stream])
    return dataset


def test_raw_terms_give_what_is_there() -> None:
    seen = selectors.preview(make(), Terms(visibility="public"))
    assert (seen.shared_count, seen.kept_count) == (60, 60)
    assert [row.value for row in seen.shared] == [row.value for row in seen.kept]


def test_quarter_hours_give_closed_buckets_only() -> None:
    terms = Terms(visibility="peers", resolution="PT15M", statistics=("mean",))
    seen = selectors.preview(make(), terms)
    assert [row.value for row in seen.shared] == [52.0, 37.0, 22.0, 7.0]
    assert seen.kept_count == 60


def test_small_counts_are_shown_as_suppressed_and_places_as_coarse() -> None:
    terms = Terms(visibility="peers", suppress_below=3, grid_m=1000)
    seen = selectors.preview(make("count", {0: 2.0, 1: 5.0, 2: 0.0}), terms)
    assert [(row.value, row.suppressed) for row in seen.shared] == [(0.0, False), (5.0, False), (None, True)]
    assert all(place.told != place.exact for place in seen.places)


def test_a_delay_withholds_what_is_young() -> None:
    dataset = make()
    young = selectors.preview(dataset, Terms(visibility="peers", delay=timedelta(days=20_000)))
    assert (young.shared_count, young.kept_count) == (0, 60)


def test_looking_discloses_and_records_nothing() -> None:
    dataset, before = make(), Entry.objects.count()
    selectors.preview(dataset, Terms(visibility="public"), at=clock.now())
    assert (Disclosure.objects.count(), Entry.objects.count()) == (0, before)


def test_a_dataset_without_readings_says_so() -> None:
    place = accounts.create_department(slug="parks", name_de="Grün", name_en="Parks")
    empty = catalogue.create_dataset(identifier="none", title_de="Leer", department=place, sensitivity="environment")
    seen = selectors.preview(empty, Terms(visibility="public"))
    assert (seen.shared, seen.kept, seen.datastreams, seen.end) == ((), (), 0, None)
