"""Reading: columns, a first copy in order, single observations, batches after a cursor."""

from __future__ import annotations

import json

import numpy as np
import pytest
from django.db import DataError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.errors import NotFound
from apps.sensors import selectors, services
from apps.sensors.models import Observation
from apps.sensors.selectors.arrays import NEVER, as_parameter, fetch_row, read_array
from apps.sensors.selectors.columns import Column
from apps.sensors.types import Readings, micros
from tests.sensors.builders import MINUTE, START, at, own_streams, readings

pytestmark = pytest.mark.django_db


def test_columns_of_every_kind_are_read() -> None:
    rows = selectors.copy_columns(
        "SELECT n & 1 = 0, n::int2, n, n::int8 << 40, CASE n WHEN 2 THEN NULL ELSE n / 4.0::float8 END,"
        " %s + n * interval '1 day', CASE n WHEN 1 THEN NULL ELSE 'ä' || n END FROM generate_series(1, 3) AS n",
        [START],
        columns=[
            Column("even", "bool"),
            Column("small", "int2"),
            Column("plain", "int4"),
            Column("big", "int8"),
            Column("real", "float8"),
            Column("time", "time"),
            Column("text", "text"),
        ],
    )
    assert rows["even"].tolist() == [False, True, False]
    assert rows["small"].tolist() == rows["plain"].tolist() == [1, 2, 3]
    assert rows["big"].tolist() == [1 << 40, 2 << 40, 3 << 40]
    assert rows["real"].tolist() == pytest.approx([0.25, np.nan, 0.75], nan_ok=True)
    assert rows["time"].tolist() == [micros(START) + day * 86_400_000_000 for day in (1, 2, 3)]
    assert rows["text"].tolist() == [None, "ä2", "ä3"]


def test_no_rows_are_empty_columns() -> None:
    rows = selectors.copy_columns("SELECT 1 WHERE false", columns=[Column("one", "int4")])
    assert (len(rows), rows["one"].dtype) == (0, np.dtype("int32"))


def test_infinitely_long_ago_is_never() -> None:
    rows = selectors.copy_columns("SELECT '-infinity'::timestamptz", columns=[Column("time", "time")])
    assert rows["time"].tolist() == [NEVER]


def test_null_where_there_is_no_room_for_it_is_an_error() -> None:
    with pytest.raises(ValueError, match="coalesce"):
        selectors.copy_columns("SELECT NULL::int", columns=[Column("one", "int4")])


def test_errors_of_the_database_arrive_as_djangos() -> None:
    with pytest.raises(DataError):
        selectors.copy_columns("SELECT 1 / 0", columns=[Column("one", "int4")])


@given(numbers=st.lists(st.floats(allow_nan=False), max_size=20), whole=st.lists(st.integers(-(2**63), 2**63 - 1)))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_arrays_come_back_as_they_went(numbers: list[float], whole: list[int]) -> None:
    floats = np.array(numbers, dtype=np.float64)
    integers = np.array(whole, dtype=np.int64)
    row = fetch_row("SELECT array_send(%s), array_send(%s)", [as_parameter(floats), as_parameter(integers)])
    assert read_array("float8", row[0]).tobytes() == floats.tobytes()
    assert read_array("int8", row[1]).tolist() == whole


@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, 300),
            st.sampled_from([0, 60]),
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.none() | st.integers(0, 100),
            st.none() | st.dictionaries(st.sampled_from("abä"), st.integers() | st.text("xyzü€😀"), max_size=2),
        ),
        unique_by=lambda row: row[:2],
        max_size=10,
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_form_of_a_row_is_stored_as_it_was_given(
    rows: list[tuple[int, int, float | None, int | None, object]],
) -> None:
    stream = own_streams(1)[0]
    connection.cursor().execute("DELETE FROM sensors_observation")
    connection.cursor().execute("UPDATE sensors_datastreamstate SET last_time = NULL")
    given_rows = readings(
        stream,
        [row[0] for row in rows],
        [row[2] for row in rows],
        span=[row[1] for row in rows],
        result_time=[-1 if row[3] is None else at(row[3]) for row in rows],
        extra=[None if row[4] is None else json.dumps(row[4]) for row in rows],
    )
    assert services.record(readings=given_rows, source="lab").accepted == len(rows)
    found = {
        ((o.phenomenon_time - START) // MINUTE, o.span): (o.result, o.result_time, o.extra)
        for o in Observation.objects.all()
    }
    for minute, span, result, late, extra in rows:
        assert found[minute, span] == (result, None if late is None else START + late * MINUTE, extra)


def ordered(streams: list[int], size: int) -> list[tuple[int, int, int]]:
    """Every key, walked page by page."""
    keys: list[tuple[int, int, int]] = []
    while True:
        after = keys[-1] if keys else None
        page = selectors.read_ordered(datastream_ids=streams, after=after, limit=size)
        if not len(page):
            return keys
        keys += [(int(row["datastream"]), int(row["time"]), int(row["span"])) for row in page]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_a_first_copy_walks_every_observation_once_in_order(size: int) -> None:
    one, two = own_streams()
    month = 31 * 24 * 60
    services.record(
        readings=readings(
            [two, one, two, one, two, one], [0, month, 5, 5, 5, 2 * month], [1.0] * 6, span=[0, 0, 60, 0, 0, 0]
        ),
        source="lab",
    )
    expected = [
        (one, at(5), 0),
        (one, at(month), 0),
        (one, at(2 * month), 0),
        (two, at(0), 0),
        (two, at(5), 0),
        (two, at(5), 60),
    ]
    assert ordered([two, one], size) == expected
    assert ordered([two], size) == expected[3:]


def test_a_first_copy_can_be_limited_in_time() -> None:
    one, _ = own_streams()
    services.record(readings=readings(one, [0, 1, 2], [1.0, None, 3.0]), source="lab")
    page = selectors.read_ordered(datastream_ids=[one], start=START + MINUTE, end=START + 2 * MINUTE)
    assert page["time"].tolist() == [at(1)]
    assert np.isnan(page["result"]).all()


def test_an_observation_is_found_by_its_id_alone_until_it_is_corrected() -> None:
    one, _ = own_streams()
    services.record(readings=readings(one, [0, 1], [1.0, 2.0]), source="lab")
    key = Observation.objects.get(result=1.0).id
    assert selectors.observation(key).result == 1.0
    services.record(readings=readings(one, [0], [1.5]), source="lab")
    for unknown in (key, 1, 2**52):
        with pytest.raises(NotFound):
            selectors.observation(unknown)


def test_batches_after_a_cursor_can_be_limited_to_datastreams_and_a_number() -> None:
    one, two = own_streams()
    for stream in (one, two, one):
        services.record(readings=readings(stream, [at(0) % 7 + stream], [float(stream)]), source="lab")
        services.record(readings=readings(stream, [50 + stream], [float(stream)]), source="lab")
    services.sequence()
    high = selectors.epoch_and_high()[1]
    assert [each.number for each in selectors.batches_after(1)] == list(range(2, high + 1))
    assert [each.number for each in selectors.batches_after(0, until=2)] == [1, 2]
    assert all(each.datastream_ids == (two,) for each in selectors.batches_after(0, datastream_ids=[two]))
    assert selectors.unnumbered_count() == 0
    assert selectors.count_rows() == selectors.count_rows([one, two]) == 4


def test_readings_of_unequal_columns_are_not_readings() -> None:
    with pytest.raises(ValueError, match="length"):
        Readings.build(datastream=[1, 2], time=[1], result=[1.0])
