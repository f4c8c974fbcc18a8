"""Replicas are guarded by the database itself, against plain SQL by the application's own role."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction

from apps.sensors import services
from apps.sensors.models import Datastream, HistoricalLocation, Location, Thing
from apps.sensors.services.origins import declared
from apps.sensors.services.partitions import table_name
from tests.sensors.builders import OWNER, START, STRANGER, no_flags, own_streams, readings, replica_streams

pytestmark = pytest.mark.django_db

INSERT = (
    "INSERT INTO {table} (datastream_id, span, phenomenon_time, id, result)"
    " VALUES ({stream}, 0, '2026-01-01T09:00Z', 1, 1)"
)
STATEMENTS = {
    "insert": INSERT,
    "upsert": INSERT.replace("09:00", "00:00")
    + " ON CONFLICT (datastream_id, span, phenomenon_time) DO UPDATE SET result = 7",
    "update": "UPDATE {table} SET result = 7 WHERE datastream_id = {stream}",
    "delete": "DELETE FROM {table} WHERE datastream_id = {stream}",
    "move": "UPDATE {table} SET datastream_id = {own} WHERE datastream_id = {stream}",
}


@pytest.fixture
def replica() -> int:
    """A replicated datastream with two observations."""
    stream = replica_streams()[0]
    rows = readings(stream, [0, 1], [1.0, 2.0])
    services.apply_replica(origin=OWNER, readings=rows, flags=no_flags(rows), source="feed")
    return stream


def run(sql: str) -> int:
    """Plain SQL in a savepoint; how many rows it touched."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.rowcount)


@pytest.mark.parametrize("table", ["sensors_observation", table_name(date(2026, 1, 1))])
@pytest.mark.parametrize("statement", list(STATEMENTS))
def test_observations_of_a_replica_cannot_be_written(replica: int, statement: str, table: str) -> None:
    own = own_streams()[0]
    sql = STATEMENTS[statement].format(table=table, stream=replica, own=own)
    with pytest.raises(ProgrammingError):
        run(sql)
    with pytest.raises(ProgrammingError), declared(STRANGER):
        run(sql)


@pytest.mark.parametrize("statement", ["insert", "upsert", "update", "delete"])
def test_observations_of_a_replica_can_be_written_for_their_owner(replica: int, statement: str) -> None:
    with declared(OWNER):
        assert run(STATEMENTS[statement].format(table="sensors_observation", stream=replica, own=0))


@pytest.mark.parametrize("table", ["sensors_observation", table_name(date(2026, 1, 1))])
def test_copy_is_guarded_too(replica: int, table: str) -> None:
    columns = "datastream_id, span, phenomenon_time, id, result"
    statement = f"COPY {table} ({columns}) FROM STDIN"
    with (
        pytest.raises(ProgrammingError),
        transaction.atomic(),
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(statement) as copy,
    ):
        copy.write(f"{replica}\t0\t2026-01-01T09:00Z\t1\t1\n")


def test_a_replicas_transaction_writes_nothing_of_this_city(replica: int) -> None:
    own = own_streams()[0]
    with pytest.raises(ProgrammingError), declared(OWNER):
        run(INSERT.format(table="sensors_observation", stream=own))


def test_truncate_is_refused_while_there_are_replicas(replica: int) -> None:
    with transaction.atomic():
        run("SET LOCAL owl.flush = 'off'")
        for table in ("sensors_observation", table_name(date(2026, 1, 1)), "sensors_tombstone"):
            with pytest.raises(ProgrammingError):
                run(f"TRUNCATE {table}")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE sensors_datastream SET name = 'x' WHERE origin <> ''",
        "UPDATE sensors_datastream SET origin = '' WHERE origin <> ''",
        "UPDATE sensors_datastream SET onward_allowed = true WHERE origin <> ''",
        "UPDATE sensors_thing SET name = 'x' WHERE origin <> ''",
        "UPDATE sensors_datastreamstate SET observation_count = 0 WHERE origin <> ''",
        "UPDATE sensors_datastreamstate SET origin = '' WHERE origin <> ''",
        "DELETE FROM sensors_datastreamstate WHERE origin <> ''",
        "UPDATE sensors_batch SET source = 'x' WHERE origin <> ''",
        "DELETE FROM sensors_batch WHERE origin <> ''",
        "DELETE FROM sensors_sensor WHERE origin <> ''",
    ],
)
def test_descriptions_counters_and_batches_of_a_replica_cannot_be_written(replica: int, sql: str) -> None:
    with pytest.raises(ProgrammingError):
        run(sql)
    with pytest.raises(ProgrammingError), declared(STRANGER):
        run(sql)


def test_nothing_of_this_city_can_be_passed_off_as_a_replica() -> None:
    own_streams()
    with pytest.raises(ProgrammingError):
        run("UPDATE sensors_thing SET origin = 'did:web:detmold.example'")
    with pytest.raises(ProgrammingError):
        Location.objects.create(name="x", origin=OWNER)


def test_moves_of_replicas_are_guarded(replica: int) -> None:
    thing = Thing.objects.get(origin=OWNER)
    place = Location.objects.create(name="here")
    with pytest.raises(ProgrammingError):
        HistoricalLocation.objects.create(thing=thing, location=place, time=START)


def test_there_are_no_observations_without_a_datastream() -> None:
    services.ensure_partitions(months=[date(2026, 1, 1)])
    with pytest.raises(IntegrityError):
        run(INSERT.format(table="sensors_observation", stream=2**30))


def test_a_datastream_with_observations_cannot_be_deleted() -> None:
    own = own_streams()[0]
    services.record(readings=readings(own, [0], [1.0]), source="lab")
    with pytest.raises(IntegrityError), transaction.atomic():
        Datastream.objects.filter(pk=own).delete()


def test_a_declaration_ends_with_its_block_even_when_that_fails(replica: int) -> None:
    with pytest.raises(ZeroDivisionError), declared(OWNER):
        raise ZeroDivisionError
    assert services.record(readings=readings(own_streams()[0], [0], [1.0]), source="lab").accepted == 1
    with declared(OWNER):
        pass
    with pytest.raises(ProgrammingError):
        run(STATEMENTS["delete"].format(table="sensors_observation", stream=replica, own=0))
