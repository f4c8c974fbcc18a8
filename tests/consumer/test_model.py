"""Whatever is recorded, corrected, deleted, read and broken off in whatever order: in the end the replica is equal."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from apps.consumer import selectors as consumer_read
from apps.consumer import services as consumer
from apps.consumer.models import Subscription
from apps.core import clock
from apps.provider import selectors as provider_read
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types
from apps.sensors.models import Datastream, Observation
from apps.wire import digests
from tests.agreements.region import ASKER
from tests.consumer.pair import BASE, MINUTE, RAW, LocalFeed, Pair, agree, record, streams

SPAN = 300
HOURLY = {"visibility": "peers", "resolution": "PT1H", "statistics": ["mean", "min", "max", "count", "sum"]}
# The clock stands two hours after DAY, so that within these five hours some time is still to come of age.
KINDS: dict[str, dict[str, Any]] = {
    "raw": RAW,
    "delayed": {**RAW, "delay": "PT1H"},
    "hourly": HOURLY,
    "suppressed": {**HOURLY, "suppress_below": 3, "delay": "PT30M"},
    "counted": {"visibility": "peers", "suppress_below": 3},
}

minutes = st.integers(0, SPAN - 1)
values = st.integers(0, 6).map(float)
writes = st.tuples(st.just("record"), st.integers(0, 1), st.dictionaries(minutes, values, min_size=1, max_size=20))
erasures = st.tuples(st.just("delete"), st.integers(0, 1), minutes, st.integers(1, 120))
reads = st.tuples(st.just("pull"), st.integers(1, 4))
steps = st.tuples(st.just("wait"), st.integers(5, 90))


@dataclass
class World:
    """The clock, the agreement and its datastreams."""

    now: Any
    ids: list[int] = field(default_factory=list)
    uid: str = ""


@pytest.mark.parametrize("kind", KINDS)
@settings(
    max_examples=6,
    deadline=None,
    # Every act commits in two databases: minutes of shrinking would tell less than the example as it is.
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(st.one_of(writes, erasures, reads, steps), min_size=4, max_size=14))
def test_any_order_of_writing_reading_and_breaking_off_ends_equal(
    pair: Pair, monkeypatch_clock: World, kind: str, acts: list[tuple[Any, ...]]
) -> None:
    world = monkeypatch_clock
    world.now = sensor_types.datetime_of(BASE + 120 * MINUTE)
    world.ids = streams(2, kind="count" if kind == "counted" else "measure")
    world.uid = agree(pair, world.ids, KINDS[kind])
    for act in acts:
        perform(pair, world, act)
    world.now += timedelta(minutes=17)
    pair.pull(world.uid)
    check(pair, world, KINDS[kind])


def perform(pair: Pair, world: World, act: tuple[Any, ...]) -> None:
    """One act of the owner, of the consumer, or of time."""
    if act[0] == "record":
        record(world.ids[act[1]], act[2], at=world.now)
    elif act[0] == "delete":
        start = BASE + act[2] * MINUTE
        sensors.delete(
            datastream_id=world.ids[act[1]],
            start=sensor_types.datetime_of(start),
            end=sensor_types.datetime_of(start + act[3] * MINUTE),
            reason="test",
            at=world.now,
        )
    elif act[0] == "wait":
        world.now += timedelta(minutes=act[1])
    else:
        some_pages(pair, world, act[1])


def some_pages(pair: Pair, world: World, pages: int) -> None:
    """Pull, and be killed after some pages of ten rows."""
    with pair.on(ASKER):
        pair.settings_of(page_rows=10)
        consumer.follow_agreements()
        pk = Subscription.objects.get(agreement__uid=world.uid).pk
        for _page in range(pages):
            Subscription.objects.filter(pk=pk).update(next_attempt_at=world.now)
            consumer.pull(subscription_id=pk, feed=LocalFeed, seconds=0)


def check(pair: Pair, world: World, terms: dict[str, Any]) -> None:
    """Equal digests, and for raw terms the very rows."""
    with pair.on(ASKER):
        row = Subscription.objects.get(agreement__uid=world.uid)
        as_of = row.as_of
        assert as_of is not None
        held = list(consumer_read.day_digests(row, as_of))
        ours = consumer_read.replica_digest(row.pk, as_of)
        spans = set(Observation.objects.filter(datastream__replica__subscription=row).values_list("span", flat=True))
    assert row.last_error == ""
    assert ours == provider_read.dataset_digest(world.uid, as_of)
    assert ours == (sum(day.count for day in held), digests.combine(held))
    assert as_of == clock.now()
    if terms is RAW:
        assert ours[0] == Observation.objects.filter(datastream_id__in=world.ids).count()
    if "resolution" in terms:
        assert spans <= {3600}
    assert Datastream.objects.filter(pk__in=world.ids).count() == 2


@pytest.fixture
def monkeypatch_clock(monkeypatch: pytest.MonkeyPatch) -> World:
    """A clock that only the test moves."""
    world = World(now=clock.now())
    monkeypatch.setattr(clock, "now", lambda: world.now)
    return world
