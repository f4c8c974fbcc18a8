"""The same quantity across cities, by definition or by name."""

from __future__ import annotations

import pytest

from apps.holdings import selectors
from tests.holdings import city
from tests.holdings.city import NOON, PUBLIC

pytestmark = pytest.mark.django_db
LEVEL = "https://qudt.org/vocab/quantitykind/Height"


def test_cities_meet_in_a_definition_or_a_name_and_nowhere_else() -> None:
    city.dataset("gauges", [city.own("gauge", observed="Pegelstand", definition=LEVEL)], PUBLIC)
    city.dataset("air", [city.own("air", observed="Lufttemperatur")], PUBLIC)
    city.replica("levels", PUBLIC, city.stream("levels/1", observed="Water level", definition=LEVEL))
    city.replica("warmth", PUBLIC, city.stream("warmth/1", observed="LUFTTEMPERATUR"))
    city.replica("soil", PUBLIC, city.stream("soil/1", observed="Bodenfeuchte"))
    found = {one.key: one for one in selectors.measurands(None, at=NOON)}
    assert {key: one.cities for key, one in found.items()} == {"lufttemperatur": 2, "pegelstand": 2, "bodenfeuchte": 1}
    assert [part.holding_key for part in found["pegelstand"].parts] == ["gauges", "levels~herford.example"]
    assert found["pegelstand"].definition == LEVEL


def test_what_a_reader_may_not_see_takes_no_part() -> None:
    city.dataset("air", [city.own("air")], PUBLIC)
    city.replica("shared", {"visibility": "peers"}, city.stream("shared/1"))
    (one,) = selectors.measurands(None, at=NOON)
    assert one.cities == 1
    (one,) = selectors.measurands(city.person("umwelt-steward"), at=NOON)
    assert one.cities == 2
