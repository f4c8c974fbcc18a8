"""OGC 18-088, section 9.3.3.5: ``$filter``, its operators (table 22) and functions (table 23), each at work.

That they are right in every combination, ``tests.sensorthings.test_filtering`` shows by random trees.
"""

from __future__ import annotations

import pytest

from apps.sensors import services as sensors
from apps.sensors.types import micros
from tests.sensorthings.city import HOUR, START, City, readings

OPERATORS = {
    "eq": ("result eq 20.5", [20.5]),
    "ne": ("result ne 20.5", [21.0, -3.25, 22.0, 19.0]),
    "gt": ("result gt 21", [22.0]),
    "ge": ("result ge 21", [21.0, 22.0]),
    "lt": ("result lt 19", [-3.25]),
    "le": ("result le 19", [-3.25, 19.0]),
    "and": ("result gt 19 and result lt 21", [20.5]),
    "or": ("result lt 0 or result gt 21", [-3.25, 22.0]),
    "not": ("not result gt 0", [-3.25]),
    "add": ("result add 1 eq 22", [21.0]),
    "sub": ("result sub 1 eq 20", [21.0]),
    "mul": ("result mul 2 eq 42", [21.0]),
    "div": ("result div 2 eq 10.5", [21.0]),
    "mod": ("result mod 2 eq 1", [21.0, 19.0]),
    "grouping": ("(result sub 1) mul 2 eq 40", [21.0]),
    "precedence": ("result lt 0 or result gt 20 and result lt 21", [20.5, -3.25]),
}
TEXTS = [
    "substringof('roof',description)",
    "endswith(name,'st')",
    "startswith(name,'Ma')",
    "length(name) eq 4",
    "indexof(name,'st') eq 2",
    "substring(name,1) eq 'ast'",
    "substring(name,1,2) eq 'as'",
    "tolower(name) eq 'mast'",
    "toupper(name) eq 'MAST'",
    "trim(concat('  ',name)) eq 'Mast'",
    "concat(concat(name,', '),description) eq 'Mast, on a roof'",
]
TIMES = [
    "year(resultTime) eq 2026",
    "month(resultTime) eq 1",
    "day(resultTime) eq 1",
    "hour(resultTime) eq 9",
    "minute(resultTime) eq 0",
    "second(resultTime) eq 0",
    "fractionalseconds(resultTime) eq 0",
    "date(resultTime) eq date(phenomenonTime)",
    "time(resultTime) ge 09:00:00",
    "totaloffsetminutes(resultTime) eq 0",
    "resultTime le now()",
    "resultTime gt mindatetime()",
    "resultTime lt maxdatetime()",
    "resultTime ge 2026-01-01T10:00:00+01:00 and resultTime lt 2026-01-01T09:00:01Z",
]
PERIODS = [
    "before(phenomenonTime,2026-01-01T10:30:00Z)",
    "after(phenomenonTime,2026-01-01T08:00:00Z)",
    "meets(phenomenonTime,2026-01-01T09:00:00Z/2026-01-01T10:00:00Z)",
    "during(phenomenonTime,2026-01-01T08:30:00Z/2026-01-01T10:00:00Z)",
    "not overlaps(phenomenonTime,2026-01-01T10:00:00Z/2026-01-01T11:00:00Z)",
    "starts(phenomenonTime,2026-01-01T09:00:00Z/2026-01-01T10:00:00Z)",
    "finishes(phenomenonTime,2026-01-01T08:00:00Z/2026-01-01T09:00:00Z)",
]
MATHS = {"round(result) eq 21": [20.5, 21.0], "floor(result) eq -4": [-3.25], "ceiling(result) eq -3": [-3.25]}
SQUARE = "geography'POLYGON ((8.5 52, 8.55 52, 8.55 52.05, 8.5 52.05, 8.5 52))'"
LINE = "geography'LINESTRING (8.5 52.02, 8.6 52.02)'"
PLACES = [
    "geo.distance(location,geography'POINT (8.53 52.02)') lt 0.01",
    "geo.length(geography'LINESTRING (0 0, 3 4)') eq 5 and name eq 'Roof'",
    f"geo.intersects(location,{SQUARE})",
    "st_equals(location,geography'POINT (8.53 52.02)')",
    f"not st_disjoint(location,{SQUARE})",
    "st_touches(location,geography'LINESTRING (8.53 52.02, 9 53)')",
    f"st_within(location,{SQUARE})",
    f"not st_overlaps(location,{SQUARE}) and name eq 'Roof'",
    f"not st_crosses(location,{LINE}) and name eq 'Roof'",
    f"st_intersects(location,{LINE})",
    "st_contains(location,geography'POINT (8.53 52.02)')",
    f"st_relate(location,{SQUARE},'T*F**F***')",
]


def _air(city: City) -> str:
    return f"Datastreams({city.streams['mast/air']})/Observations"


def _results(city: City, question: str) -> list[float]:
    return [one["result"] for one in city.get(_air(city), filter=question)["value"]]


def test_req_request_data_filter(city: City) -> None:
    """Only what the expression is true of; false and unknown are left out."""
    assert _results(city, "result lt 10.00") == [-3.25]
    assert city.names("Things", filter="properties/height gt 0") == ["Mast"]
    assert city.names("Things", filter="not properties/height gt 0") == []


def test_req_request_data_filter__through_related_entities(city: City) -> None:
    air, mast = city.streams["mast/air"], city.ids("Things", filter="name eq 'Mast'")[0]
    assert len(city.ids("Observations", filter=f"Datastream/id eq {air}")) == 5
    assert len(city.ids("Observations", filter=f"Datastream/id eq '{air}'")) == 5
    far = "geo.distance(Locations/location,geography'POINT(-122 43)') gt 1"
    assert city.names("Things", filter=far) == ["Mast", "Gauge"]
    feature = city.get(_air(city), expand="FeatureOfInterest", top="1")["value"][0]["FeatureOfInterest"]["@iot.id"]
    through = (
        f"Datastreams/Observations/FeatureOfInterest/id eq {feature}"
        " and Datastreams/Observations/phenomenonTime ge 2026-01-01T00:00:00Z"
        " and Datastreams/Observations/phenomenonTime le 2026-07-01T00:00:00Z"
    )
    assert city.ids("Things", filter=through, expand="Datastreams/Observations/FeatureOfInterest") == [mast]


@pytest.mark.parametrize(("question", "results"), OPERATORS.values(), ids=OPERATORS)
def test_req_request_data_built_in_filter_operations(city: City, question: str, results: list[float]) -> None:
    assert _results(city, question) == results


def test_req_request_data_built_in_filter_operations__into_a_unit(city: City) -> None:
    assert len(city.ids("Datastreams", filter="unitOfMeasurement/name eq 'degree Celsius'")) == 3
    assert city.ids("Datastreams", filter="unitOfMeasurement/name ne 'degree Celsius'") == []


@pytest.mark.parametrize("question", TEXTS)
def test_req_request_data_built_in_query_functions__texts(city: City, question: str) -> None:
    assert city.names("Things", filter=question) == ["Mast"]


@pytest.mark.parametrize("question", [*TIMES, *PERIODS])
def test_req_request_data_built_in_query_functions__times(city: City, question: str) -> None:
    moment = START + 9 * HOUR
    rows = readings(city.streams["mast/air"], {moment: 1.0}, result_time=[micros(moment)])
    assert not sensors.record(readings=rows, source="lab").rejected
    assert 1.0 in _results(city, question)


@pytest.mark.parametrize(("question", "results"), MATHS.items())
def test_req_request_data_built_in_query_functions__maths(city: City, question: str, results: list[float]) -> None:
    assert _results(city, question) == results


@pytest.mark.parametrize("question", PLACES)
def test_req_request_data_built_in_query_functions__places(city: City, question: str) -> None:
    assert city.names("Locations", filter=question) == ["Roof"]


def test_req_request_data_built_in_query_functions__in_an_order(city: City) -> None:
    assert city.names("Datastreams", orderby="length(name) desc,tolower(name)") == ["Level", "Wind", "Air"]
