"""Charts: under the terms, peaks kept; suppressed, zero and missing are three things."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from apps.core.errors import Invalid, NotFound
from apps.holdings import selectors
from apps.holdings.selectors.series import step_us
from apps.holdings.types import Holding
from tests.holdings import city
from tests.holdings.city import DAY, HOURLY, NOON, PUBLIC

pytestmark = pytest.mark.django_db
COUNTS = {0.0: 0.0, 60.0: 2.0, 61.0: 4.0, 180.0: 1.0, 600.0: 5.0}


def held(key: str, who: object = None) -> Holding:
    """The holding as that reader sees it at noon."""
    return selectors.holding(who, key, at=NOON)  # type: ignore[arg-type]


def test_a_peak_of_one_minute_survives_in_few_points() -> None:
    stream = city.own("air")
    city.record(stream, {float(minute): 1.0 for minute in range(600)} | {333.0: 99.0, 444.0: -7.0})
    city.dataset("air", [stream], PUBLIC)
    (line,) = selectors.series(None, held("air"), points=10, at=NOON)
    assert len(line.time) <= 10
    assert (line.most.max(), line.least.min()) == (99.0, -7.0)
    assert int(line.count.sum()) == 600


def test_suppressed_zero_and_missing_are_three_different_things() -> None:
    stream = city.own("bikes", kind="count")
    city.record(stream, COUNTS)
    city.dataset("bikes", [stream], PUBLIC | {"suppress_below": 3})
    (line,) = selectors.series(None, held("bikes"), points=5_000, at=NOON)
    hours = ((line.time - line.time[0]) // 3_600_000_000).tolist()
    assert dict(zip(hours, line.mean.tolist(), strict=True))[0] == 0.0
    hidden = line.suppressed > 0
    assert [hour for hour, one in zip(hours, hidden, strict=True) if one] == [1, 3]
    assert np.isnan(line.mean[hidden]).all()
    assert 5 not in hours


def test_what_is_hidden_enters_into_no_mean_minimum_or_maximum() -> None:
    stream = city.own("bikes", kind="count")
    city.record(stream, {0.0: 2.0, 1.0: 10.0, 2.0: 20.0})
    city.dataset("bikes", [stream], PUBLIC | {"suppress_below": 3})
    (line,) = selectors.series(None, held("bikes"), points=2, start=DAY, end=NOON, at=NOON)
    assert (line.least[0], line.mean[0], line.most[0]) == (10.0, 15.0, 20.0)
    assert (line.count[0], line.suppressed[0]) == (2, 1)


def test_buckets_are_closed_suppressed_as_a_whole_and_as_late_as_the_terms_say() -> None:
    stream = city.own("bikes", kind="count")
    city.record(stream, COUNTS | {650.0: 50.0})
    city.dataset("bikes", [stream], PUBLIC | HOURLY, sensitivity="people")
    count, total = selectors.series(None, held("bikes"), at=NOON)
    assert (count.statistic, total.statistic) == ("count", "sum")
    hours = ((total.time - int(DAY.timestamp()) * 1_000_000) // 3_600_000_000).tolist()
    assert hours == [0, 1, 3, 10]
    assert total.suppressed.tolist() == count.suppressed.tolist() == [0, 0, 1, 0]
    assert total.mean[[0, 1, 3]].tolist() == [0.0, 6.0, 55.0]
    assert selectors.series(None, held("bikes"), at=NOON - timedelta(minutes=1))[1].time.size == 3


def test_staff_see_the_same_hours_raw() -> None:
    stream = city.own("bikes", kind="count")
    city.record(stream, COUNTS)
    city.dataset("bikes", [stream], PUBLIC | HOURLY, sensitivity="people")
    steward = city.person("umwelt-steward")
    (line,) = selectors.series(steward, held("bikes", steward), points=5_000, at=NOON)
    assert sorted(line.mean.tolist()) == sorted(COUNTS.values())


def test_a_replica_tells_what_its_owner_suppressed_and_carries_its_statistic() -> None:
    made = city.replica("sums", PUBLIC | HOURLY, city.stream("sums/5", properties={"statistic": "sum", "span_s": 3600}))
    (stream,) = city.datastreams(made)
    city.receive(stream, {0.0: 8.0}, suppressed=(60.0,))
    (line,) = selectors.series(None, held("sums~herford.example"), at=NOON)
    assert (line.statistic, line.mean[0], line.suppressed.tolist()) == ("sum", 8.0, [0, 1])


def test_only_the_window_and_what_is_old_enough_is_drawn() -> None:
    stream = city.own("air")
    city.record(stream, {0.0: 1.0, 400.0: 2.0, 700.0: 3.0})
    city.dataset("air", [stream], PUBLIC | {"window": "PT6H", "delay": "PT1H"})
    (line,) = selectors.series(None, held("air"), at=NOON)
    assert line.mean.tolist() == [2.0]


@pytest.mark.parametrize("wrong", [{"points": 0}, {"points": 6_000}, {"start": NOON, "end": DAY}])
def test_what_cannot_be_drawn_is_refused_with_the_part_at_fault(wrong: dict[str, object]) -> None:
    city.dataset("air", [city.own("air")], PUBLIC)
    with pytest.raises(Invalid) as refused:
        selectors.series(None, held("air"), at=NOON, **wrong)  # type: ignore[arg-type]
    assert refused.value.part in wrong


def test_a_datastream_of_another_dataset_is_not_to_be_had_through_this_one() -> None:
    city.dataset("air", [city.own("air")], PUBLIC)
    other = city.own("secret")
    city.dataset("secret", [other], {"visibility": "internal"})
    with pytest.raises(NotFound):
        selectors.series(None, held("air"), [other], at=NOON)


@pytest.mark.parametrize("length_s", [1, 59, 3_600, 86_400 * 3, 86_400 * 365 * 40])
@pytest.mark.parametrize("points", [2, 10, 500, 5_000])
@pytest.mark.parametrize("bucket", [None, 900_000_000, 86_400_000_000])
def test_slots_never_make_more_points_than_asked_for_and_hold_whole_buckets(
    length_s: int, points: int, bucket: int | None
) -> None:
    length = length_s * 1_000_000
    step = step_us(length, points, bucket)
    assert length / step + 1 <= points or step == max(bucket or 0, 1_000_000)
    assert step % (bucket or 1) == 0
