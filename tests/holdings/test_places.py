"""Places as exact as the terms say, always the same; the latest value as late as they say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.holdings import selectors
from apps.policies import places as grid
from tests.holdings import city
from tests.holdings.city import DAY, HOURLY, NOON, PUBLIC

pytestmark = pytest.mark.django_db


def test_under_a_grid_the_place_is_the_cell_and_nothing_tells_more() -> None:
    city.dataset("coarse", [city.own("coarse", properties={"street": "Markt"})], PUBLIC | {"grid_m": 1000})
    held = selectors.holding(None, "coarse", at=NOON)
    (spot,) = selectors.places(None, [held], at=NOON)
    assert (spot.longitude, spot.latitude) == grid.coarsen(8.53123, 52.02123, 1000) != (8.53123, 52.02123)
    assert (spot.description, spot.place_name, spot.grid_m) == ("", "", 1000)
    assert selectors.places(None, [held], at=NOON + timedelta(days=1)) == [spot]


def test_staff_and_exact_terms_show_the_very_place() -> None:
    city.dataset("coarse", [city.own("coarse")], PUBLIC | {"grid_m": 1000})
    city.dataset("exact", [city.own("exact")], PUBLIC)
    steward = city.person("umwelt-steward")
    for who, key in ((None, "exact"), (steward, "coarse")):
        (spot,) = selectors.places(who, [selectors.holding(who, key, at=NOON)], at=NOON)
        assert (spot.longitude, spot.latitude, spot.place_name) == (8.53123, 52.02123, "Am Markt 1")


def test_the_latest_value_is_the_latest_the_terms_let_out() -> None:
    stream = city.own("bikes", kind="count")
    city.record(stream, {0.0: 9.0, 590.0: 4.0, 595.0: 3.0, 650.0: 1.0, 710.0: 8.0})
    kinds: dict[str, dict[str, Any]] = {
        "late": {"delay": "PT1H"},
        "hidden": {"delay": "PT1H", "suppress_below": 5},
        "now": {},
    }
    for name, terms in kinds.items():
        city.dataset(name, [stream], PUBLIC | terms)
    found = {
        key: selectors.latest(None, selectors.holding(None, key, at=NOON), at=NOON) for key in ("late", "hidden", "now")
    }
    assert [(one.result, one.suppressed) for one in found["late"]] == [(1.0, False)]
    assert [(one.result, one.suppressed) for one in found["hidden"]] == [(None, True)]
    assert [(one.result, one.time) for one in found["now"]] == [(8.0, DAY + timedelta(minutes=710))]


def test_the_latest_bucket_is_the_last_closed_one_with_readings() -> None:
    stream = city.own("bikes", kind="count")
    city.record(stream, {10.0: 9.0, 20.0: 4.0, 700.0: 8.0})
    city.dataset("hourly", [stream], PUBLIC | HOURLY, sensitivity="people")
    count, total = selectors.latest(None, selectors.holding(None, "hourly", at=NOON), at=NOON)
    assert (total.statistic, total.result, total.time, total.span) == ("sum", 13.0, DAY, 3600)
    assert count.result == 2.0


def test_a_value_long_ago_is_still_the_latest_and_none_is_none() -> None:
    old, empty = city.own("old"), city.own("empty")
    city.record(old, {0.0: 1.0, 60.0 * 24 * 90: 2.0})
    city.dataset("both", [old, empty], PUBLIC | {"delay": "P10D"})
    at = DAY + timedelta(days=95)
    assert [one.result for one in selectors.latest(None, selectors.holding(None, "both", at=at), at=at)] == [1.0]


def test_a_replica_says_that_its_latest_value_is_suppressed() -> None:
    (stream,) = city.datastreams(city.replica("given", PUBLIC))
    city.receive(stream, {0.0: 8.0}, suppressed=(60.0,))
    (one,) = selectors.latest(None, selectors.holding(None, "given~herford.example", at=NOON), at=NOON)
    assert (one.result, one.suppressed) == (None, True)
