"""Whatever somebody types: an answer or an error that says what is wrong – never a 500, never a hidden row."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.sensorthings.entities import SETS
from tests.sensorthings.city import City

QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
WORDS = [
    *SETS,
    *("Thing", "Sensor", "Datastream", "ObservedProperty", "FeatureOfInterest", "Locations", "name", "id", "@iot.id"),
    *(
        "result",
        "phenomenonTime",
        "resultTime",
        "properties",
        "properties/level",
        "location",
        "feature",
        "observedArea",
    ),
    *(
        "unitOfMeasurement/name",
        "parameters/a/0",
        "time",
        "description",
        "validTime",
        "resultQuality",
        "metadata",
        "observedArea",
    ),
    *("eq", "ne", "gt", "ge", "lt", "le", "and", "or", "not", "add", "sub", "mul", "div", "mod", "(", ")", ",", "-"),
    *("length", "substringof", "substring", "indexof", "tolower", "concat", "year", "date", "now", "round", "floor"),
    *("geo.distance", "geo.length", "st_within", "st_relate", "before", "during", "overlaps", "true", "false", "null"),
    *("1", "0", "-5", "2.5", "1e308", "99999999999999999999999", "'x'", "'3'", "'Secret'", "''", "'\x00'", "666"),
    *("2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-01-01", "12:00", "duration'P9999Y'", "duration'PT1H'"),
    *("2026-01-01T00:00:00Z/P1D", "geography'POINT (8 52)'", "geography'POINT EMPTY'", "geography'x'", "asc", "desc"),
    *(
        "Datastreams/Observations/result",
        "Datastream/Thing/Locations/location",
        "Things/Datastreams/name",
        "\\",
        "%",
        "🦉",
    ),
]
expressions = st.lists(st.sampled_from(WORDS), min_size=1, max_size=9).map(" ".join)
calls = st.tuples(st.sampled_from(WORDS), expressions, expressions).map(lambda p: f"{p[0]}({p[1]},{p[2]}) {p[1]}")
anything = expressions | calls | st.text(max_size=40)
values = st.one_of(
    anything, st.sampled_from(["0", "1", "100000", "true", "CSV", "dataArray", "GeoJSON", "W10", "Wy0xXQ"])
)
names = st.sampled_from(
    ["$filter", "$orderby", "$expand", "$select", "$top", "$skip", "$count", "$resultFormat", "$skiptoken", "$x", "y"]
)
relations = st.sampled_from([name for one in SETS.values() for name in one.navigations])
expands = st.recursive(
    relations,
    lambda inner: st.tuples(relations, st.lists(st.tuples(names, values | inner), max_size=3)).map(
        lambda pair: f"{pair[0]}({';'.join('='.join(option) for option in pair[1])})"
    ),
    max_leaves=4,
)
options = st.lists(st.tuples(names, values) | st.tuples(st.just("$expand"), expands), max_size=4)
segments = st.one_of(
    st.sampled_from([*WORDS, "$ref", "$value", "Things(1)", "CreateObservations", "$batch", "..", ""]),
    st.tuples(relations | st.sampled_from(sorted(SETS)), st.integers(-1, 2**70)).map(lambda p: f"{p[0]}({p[1]})"),
    st.text(max_size=10),
)


def _check(city: City, address: str) -> None:
    response: Any = city.client.get(address)
    body = response.getvalue() if response.streaming else response.content
    assert response.status_code < 500 or response.status_code == 503, (address, body)
    assert b"666" not in body.replace(b"iot.id", b"") or b'"result":666' not in body, address
    assert b"Hidden cellar" not in body
    if response.status_code >= 400:
        error = json.loads(body)
        assert error["code"] == response.status_code
        assert error["message"]


def test_no_query_gives_a_server_error_or_a_hidden_row(city: City) -> None:
    @given(path=st.sampled_from(sorted(SETS)), given_options=options)
    @settings(max_examples=120, deadline=None, suppress_health_check=QUIET)
    def answered(path: str, given_options: list[tuple[str, str]]) -> None:
        query = "&".join(f"{name}={quote(value, safe='()$;=,/')}" for name, value in given_options)
        _check(city, f"/sta/v1.1/{path}?{query}")

    answered()


def test_no_filter_gives_a_server_error_or_a_hidden_row(city: City) -> None:
    @given(path=st.sampled_from(sorted(SETS)), option=st.sampled_from(["$filter", "$orderby"]), text=anything)
    @settings(max_examples=120, deadline=None, suppress_health_check=QUIET)
    def answered(path: str, option: str, text: str) -> None:
        _check(city, f"/sta/v1.1/{path}?{option}={quote(text)}")

    answered()


def test_no_path_gives_a_server_error_or_a_hidden_row(city: City) -> None:
    @given(parts=st.lists(segments, max_size=7))
    @settings(max_examples=80, deadline=None, suppress_health_check=QUIET)
    def answered(parts: list[str]) -> None:
        _check(city, f"/sta/v1.1/{'/'.join(quote(part, safe='()$') for part in parts)}")

    answered()
