"""Random ``$filter`` trees are answered like a naive evaluator over the same rows would."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.holdings.types import Access
from apps.sensors import services as sensors
from apps.sensorthings import database
from apps.sensorthings.compiling.conditions import condition
from apps.sensorthings.compiling.scope import Scope
from apps.sensorthings.entities import DATASTREAMS, OBSERVATIONS, EntityType
from apps.sensorthings.language.parsing import expression
from apps.sensorthings.sight import sight
from apps.sensorthings.sql import fill
from tests.sensorthings import naive
from tests.sensorthings.city import START, City, readings

QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
ODD = [
    *({"result": "Zebra"}, {"result": "apfel"}, {"result": "3.5"}, {"result": True}, {"result": {"a": [1, "x"]}}),
    *({"parameters": {"x": 1, "who": "Ärger"}}, {"parameters": {"x": "1", "flag": False}}, {"quality": "good"}),
]

numbers = st.sampled_from(["0", "1", "3", "20.5", "-3.25", "21", "2.5", "1e3", "7"])
texts = st.sampled_from(["'Zebra'", "'apfel'", "'3'", "'20.5'", "'Air'", "''", "'x'", "'Ärger'", "'it''s'", "'good'"])
moments = st.sampled_from(
    [f"2026-01-0{day}T0{hour}:{minute}:00Z" for day in (1, 2) for hour in (0, 1, 2, 3) for minute in ("00", "30")]
    + ["2026-01-01", "2026-01-01T02:00:00+01:00"]
)
periods = st.sampled_from(
    [
        "2026-01-01T00:00:00Z/2026-01-01T01:00:00Z",
        "2026-01-01T01:00:00Z/2026-01-01T03:30:00Z",
        "2026-01-01T02:00:00Z/PT1H",
        "2025-12-31T00:00:00Z/2026-01-02T00:00:00Z",
    ]
)
signs = st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"])
number_names = st.sampled_from(
    ["result", "id", "@iot.id", "parameters/x", "Datastream/id", "Datastream/properties/level"]
)
text_names = st.sampled_from(
    ["Datastream/name", "Datastream/Thing/name", "result", "parameters/who", "resultQuality", "Datastream/description"]
)
time_names = st.sampled_from(["phenomenonTime", "resultTime"])


def _arithmetic(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    binary = st.tuples(inner, st.sampled_from(["add", "sub", "mul", "div", "mod"]), numbers)
    unary = st.tuples(st.sampled_from(["round", "floor", "ceiling"]), inner)
    return binary.map(lambda parts: f"({' '.join(parts)})") | unary.map(lambda parts: f"{parts[0]}({parts[1]})")


def _textual(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return (
        st.tuples(st.sampled_from(["tolower", "toupper", "trim"]), inner).map(lambda parts: f"{parts[0]}({parts[1]})")
        | st.tuples(inner, st.integers(0, 4), st.integers(0, 3)).map(lambda p: f"substring({p[0]},{p[1]},{p[2]})")
        | st.tuples(inner, texts).map(lambda parts: f"concat({parts[0]},{parts[1]})")
    )


number_values = st.recursive(number_names, _arithmetic, max_leaves=3)
text_values = st.recursive(text_names, _textual, max_leaves=3)
counted = st.tuples(st.sampled_from(["year", "month", "day", "hour", "minute", "second"]), time_names).map(
    lambda parts: f"{parts[0]}({parts[1]})"
) | text_values.map(lambda text: f"length({text})")
shifted = st.tuples(
    time_names, st.sampled_from(["add", "sub"]), st.sampled_from([f"duration'{one}'" for one in naive.DURATIONS])
).map(" ".join)

comparisons = st.one_of(
    st.tuples(number_values | counted, signs, numbers | st.just("null")).map(" ".join),
    st.tuples(st.sampled_from(["result", "parameters/x", "Datastream/properties/level"]), signs, texts).map(" ".join),
    st.tuples(st.sampled_from(["result", "parameters/flag"]), st.sampled_from(["eq", "ne"]), st.just("true")).map(
        " ".join
    ),
    st.tuples(text_values, signs, texts | st.just("null")).map(" ".join),
    st.tuples(time_names | shifted, signs, moments | periods | st.just("null")).map(" ".join),
    st.tuples(st.sampled_from(["substringof", "contains", "startswith", "endswith"]), text_values, texts).map(
        lambda parts: f"{parts[0]}({parts[1]},{parts[2]})"
    ),
    st.tuples(
        st.sampled_from(["before", "after", "meets", "during", "overlaps", "starts", "finishes", "intersects"]),
        time_names,
        periods | moments,
    ).map(lambda parts: f"{parts[0]}({parts[1]},{parts[2]})"),
)


def _logical(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})")
    return pair | inner.map(lambda text: f"not ({text})")


filters = st.recursive(comparisons, _logical, max_leaves=6)


@pytest.fixture
def rows(city: City) -> list[dict[str, Any]]:
    """Every observation as plain Python, read beside the compiler."""
    stream = city.streams["mast/wind"]
    moments_of = [START + timedelta(minutes=30 * number) for number in range(5, 5 + len(ODD))]
    more = readings(
        stream,
        dict.fromkeys(moments_of, None),
        extra=[json.dumps(one) for one in ODD],
        result_time=[-1, *(1_767_225_600_000_000 + 1_800_000_000 * number for number in range(1, len(ODD)))],
    )
    assert sensors.record(readings=more, source="lab").accepted == len(ODD)
    return observations()


def observations() -> list[dict[str, Any]]:
    """Observations with their datastream and thing."""
    found = database.rows(
        "SELECT o.id, o.phenomenon_time, o.span, o.result, o.result_time, o.extra::text, d.id, d.name, d.description,"
        " d.properties::text, t.id, t.name FROM sensors_observation o"
        " JOIN sensors_datastream d ON d.id = o.datastream_id JOIN sensors_thing t ON t.id = d.thing_id",
        {},
    )
    return [_observation(row) for row in found]


def _observation(row: tuple[Any, ...]) -> dict[str, Any]:
    key, begin, span, result, result_time, extra, stream, name, description, properties, thing, thing_name = row
    tail = json.loads(extra) if extra else {}
    return {
        "id": key,
        "phenomenonTime": (begin, begin + timedelta(seconds=span)),
        "resultTime": result_time,
        "result": naive.JsonValue(tail.get("result") if result is None else result),
        "resultQuality": naive.JsonValue(tail.get("quality")),
        "parameters": naive.JsonValue(tail.get("parameters")),
        "Datastream": {
            "id": stream,
            "name": name,
            "description": description,
            "properties": naive.JsonValue(json.loads(properties)),
            "Thing": {"id": thing, "name": thing_name},
        },
    }


def found_by(entity: EntityType, text: str) -> set[int]:
    """The ids that the compiled filter finds."""
    scope = Scope(sight(Access(everything=True)), entity)
    statement = fill(
        "SELECT a0.id FROM $relation AS a0 WHERE $where",
        relation=scope.sight.relation(entity),
        where=condition(expression(text), scope),
    )
    with transaction.atomic():
        return {key for (key,) in database.rows(statement, scope.all_params())}


def test_random_filters_are_answered_like_the_naive_evaluator(rows: list[dict[str, Any]]) -> None:
    @given(text=filters)
    @settings(max_examples=120, deadline=None, suppress_health_check=QUIET)
    def agree(text: str) -> None:
        tree = expression(text)
        assert found_by(OBSERVATIONS, text) == {row["id"] for row in rows if naive.matches(tree, row) is True}

    agree()


def test_filters_over_many_related_rows_mean_any_of_them(city: City, rows: list[dict[str, Any]]) -> None:
    streams = {row["Datastream"]["id"]: {**row["Datastream"], "Observations": []} for row in rows}
    for row in rows:
        streams[row["Datastream"]["id"]]["Observations"].append(row)
    inner = st.tuples(
        st.sampled_from(["Observations/result", "Observations/parameters/x", "Observations/id"]), signs, numbers
    ).map(" ".join)
    own = st.tuples(st.sampled_from(["name", "Thing/name", "properties/level"]), signs, texts).map(" ".join)
    several = st.recursive(inner | own, _logical, max_leaves=5)

    @given(text=several)
    @settings(max_examples=50, deadline=None, suppress_health_check=QUIET)
    def agree(text: str) -> None:
        tree = expression(text)
        wanted = {key for key, one in streams.items() if naive.matches(tree, one) is True}
        assert found_by(DATASTREAMS, text) == wanted

    agree()


@pytest.mark.parametrize(
    ("question", "results"),
    [
        ("result gt '3'", [20.5, 21.0, 22.0, 19.0]),
        ("result eq '22'", [22.0]),
        ("result gt 20 and result lt 22", [20.5, 21.0]),
        ("result add 1 eq 20", [19.0]),
        ("not result gt 20", [-3.25, 19.0]),
        ("-result eq 3.25", [-3.25]),
        ("result div 0 gt 1", []),
        ("not (Datastream/id gt null)", []),
        ("not (Datastream/name gt null)", []),
        ("not (Datastream/name eq 'Wind')", [20.5, 21.0, -3.25, 22.0, 19.0]),
        ("phenomenonTime lt 2026-01-01T01:00:00Z", [20.5]),
        ("date(phenomenonTime) eq 2026-01-01 and time(phenomenonTime) ge 03:00:00", [22.0, 19.0]),
        ("phenomenonTime gt now() sub duration'P1D'", []),
        ("phenomenonTime gt mindatetime() and phenomenonTime lt maxdatetime()", [20.5, 21.0, -3.25, 22.0, 19.0]),
        (
            "fractionalseconds(phenomenonTime) eq 0 and totaloffsetminutes(phenomenonTime) eq 0",
            [20.5, 21.0, -3.25, 22.0, 19.0],
        ),
        ("phenomenonTime eq '2026-01-01T03:00:00Z'", [22.0]),
        ("(result gt 21) eq true", [22.0]),
        ("result in 3", None),
    ],
)
def test_filters_find_what_they_say(city: City, question: str, results: list[float] | None) -> None:
    path = f"Datastreams({city.streams['mast/air']})/Observations"
    if results is None:
        assert city.error(path, filter=question)["code"] == 400
    else:
        assert [one["result"] for one in city.get(path, filter=question)["value"]] == results


def test_texts_compare_by_code_point(city: City) -> None:
    stream = city.streams["mast/hidden"]
    names = ["Zebra", "apfel", "Äpfel"]
    more = readings(
        stream,
        {START + timedelta(days=1 + number): None for number in range(3)},
        extra=[json.dumps({"result": name}) for name in names],
    )
    sensors.record(readings=more, source="lab")
    path = f"Datastreams({stream})/Observations"
    ask = partial(city.get, path, token=city.token("root"))
    assert [one["result"] for one in ask(orderby="result")["value"]] == [666.0, "Zebra", "apfel", "Äpfel"]
    assert [one["result"] for one in ask(filter="result gt 'a'")["value"]] == ["apfel", "Äpfel"]
    assert [one["result"] for one in ask(filter="toupper(result) eq 'ÄPFEL'")["value"]] == ["Äpfel"]


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("st_within(location,geography'POLYGON ((8.5 52, 8.55 52, 8.55 52.05, 8.5 52.05, 8.5 52))')", ["Roof"]),
        ("st_disjoint(location,geography'POLYGON ((8.5 52, 8.55 52, 8.55 52.05, 8.5 52.05, 8.5 52))')", ["River bank"]),
        ("st_intersects(location,geography'LINESTRING (8.5 52.02, 8.6 52.02)')", ["Roof"]),
        ("geo.intersects(geography'LINESTRING (8.5 52.02, 8.6 52.02)',location)", ["Roof"]),
        (
            "st_contains(geography'POLYGON ((8.5 52, 8.7 52, 8.7 52.2, 8.5 52.2, 8.5 52))',location)",
            ["Roof", "River bank"],
        ),
        ("st_equals(location,geography'POINT (8.6 52.1)')", ["River bank"]),
        ("st_touches(location,geography'LINESTRING (8.53 52.02, 9 53)')", ["Roof"]),
        ("st_overlaps(location,geography'MULTIPOINT (8.53 52.02, 9 53)')", []),
        ("st_crosses(location,geography'LINESTRING (8.5 52.02, 8.6 52.02)')", []),
        ("st_relate(location,geography'POINT (8.6 52.1)','T********')", ["River bank"]),
        ("geo.distance(location,geography'POINT (8.53 52.02)') lt 0.01", ["Roof"]),
        ("geo.length(location) eq 0", ["Roof", "River bank"]),
        ("geo.distance(geography'POINT (0 0)',geography'POINT (3 4)') eq 5", ["Roof", "River bank"]),
        ("geo.length(geography'LINESTRING (0 0, 3 4)') gt 4 and location/type eq 'Point'", ["Roof", "River bank"]),
    ],
)
def test_geo_functions(city: City, question: str, names: list[str]) -> None:
    assert city.names("Locations", filter=question) == names


@pytest.mark.parametrize(
    "question",
    [
        "st_within(location,geography'POLYGON ((0 0))')",
        "st_within(location,geography'nonsense')",
        "st_within(location,name)",
        "st_within(location,location)",
        "geo.distance(name,geography'POINT (1 1)') lt 1",
        "st_relate(location,geography'POINT (1 1)','x')",
        "st_relate(location,geography'POINT (1 1)',name)",
        f"st_within(location,geography'POINT ({' ' * 30_000}1 1)')",
    ],
)
def test_geo_functions_say_what_they_cannot_use(city: City, question: str) -> None:
    assert city.error("Locations", filter=question)["code"] == 400
