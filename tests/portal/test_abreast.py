"""The table beside the region's chart: one line a dataset, values of one kind together, ages in round words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from apps.holdings import selectors as holdings
from apps.portal import abreast, pins
from tests.holdings.city import NOON, PUBLIC, dataset, own, record

pytestmark = pytest.mark.django_db


def lines(*keys: str, **later: Any) -> list[abreast.Line]:
    """The table over these public datasets, so much after noon."""
    shown = [holdings.holding(None, key) for key in keys]
    places = pins.arrange(holdings.places(None, shown), shown, holdings.now(None, shown))
    return abreast.lines(shown, places, at=NOON + timedelta(**later))


def test_one_sensor_says_its_value_and_several_from_where_to_where() -> None:
    one, other, silent = own("one"), own("other"), own("silent")
    record(one, {720: 3.24})
    record(other, {719: 8.5})
    dataset("single", [one], PUBLIC)
    dataset("pair", [one, other], PUBLIC)
    dataset("none", [silent], PUBLIC)
    single, pair, none = lines("single", "pair", "none", minutes=5)
    assert (single.value, single.sensors) == ("3.2 °C", 1)
    assert (pair.value, pair.sensors) == ("3.2 to 8.5 °C", 2)
    assert (none.value, none.time, none.age) == ("–", None, None)


@pytest.mark.parametrize(
    ("later", "told"),
    [
        ({"seconds": 40}, timedelta(seconds=40)),
        ({"minutes": 59, "seconds": 59}, timedelta(minutes=59)),
        ({"hours": 5, "minutes": 20}, timedelta(hours=5)),
        ({"days": 3, "hours": 7}, timedelta(days=3)),
    ],
)
def test_ages_are_round(later: dict[str, int], told: timedelta) -> None:
    one = own("one")
    record(one, {720: 1.0})
    dataset("single", [one], PUBLIC)
    assert lines("single", **later)[0].age == told
