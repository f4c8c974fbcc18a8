"""What the feed and sync benches stand on: 500 datastreams, a dataset of them, and an agreement about it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
from django.db import connection

from apps.accounts import services as accounts
from apps.agreements.models import Agreement, Transfer
from apps.catalogue.models import Dataset, DatasetMember
from apps.core import clock
from apps.peers.models import Peer
from apps.sensors import services as sensors
from apps.sensors.types import Device, ObservedPropertySpec, Readings, SensorSpec, StreamSpec, micros
from apps.wire import canonical

STREAMS = 500
STEP_US = 300_000_000
START = micros(datetime(2025, 1, 1, tzinfo=UTC))
TERMS = {"visibility": "peers"}


def streams() -> list[int]:
    """The datastreams, registered once; their ids."""
    sensor = SensorSpec(external_key="bench", name="Bench")
    observed = ObservedPropertySpec(external_key="bench", name="Bench")
    specs = tuple(
        StreamSpec(external_key=f"bench/{n}", name=f"Bench {n}", sensor=sensor, observed_property=observed)
        for n in range(STREAMS)
    )
    device = Device(external_key="bench", name="Bench", streams=specs)
    return sorted(sensors.register(devices=[device]).values())


def readings(ids: list[int], rows: int, *, skip: int = 0) -> Readings:
    """``rows`` readings interleaved over the datastreams, every five minutes: slow waves with a little noise."""
    place = np.arange(skip, skip + rows)
    stream, step = place % len(ids), place // len(ids)
    noise = np.random.default_rng(7 + skip).normal(0, 0.3, rows)
    values = 12 + stream % 17 + 6 * np.sin(step * 2 * np.pi / 288) + noise
    return Readings.build(
        datastream=np.array(ids, dtype=np.int32)[stream], time=START + step * STEP_US, result=values.round(1)
    )


def record(data: Readings, size: int) -> None:
    """Record the readings, so many a call."""
    for part in parts(data, size):
        sensors.record(readings=part, source="bench")
    while sensors.sequence():
        pass


def parts(data: Readings, size: int) -> Iterator[Readings]:
    """The readings in stretches of ``size``."""
    for start in range(0, len(data), size):
        yield data.take(np.arange(start, min(start + size, len(data))))


def offer(ids: list[int], peer: Peer) -> str:
    """A dataset of the datastreams that the peer may pull; the uid of the agreement about it."""
    department = accounts.create_department(slug="bench", name_de="Bench", name_en="Bench")
    dataset = Dataset.objects.create(
        identifier="bench", title_de="Bench", department=department, sensitivity="environment"
    )
    DatasetMember.objects.bulk_create(DatasetMember(dataset=dataset, datastream_id=pk) for pk in ids)
    accounts.grant(principal=peer.user, permission="catalogue.pull_dataset", object=dataset)
    uid = f"urn:uuid:{uuid.uuid4()}"
    agree(uid, "provider", peer, dataset=dataset)
    return uid


def agree(uid: str, role: str, peer: Peer, *, dataset: Dataset | None = None) -> Agreement:
    """One side's copy of the agreement, in force, its transfer started."""
    agreement = Agreement.objects.create(
        uid=uid,
        role=role,
        peer=peer,
        dataset=dataset,
        dataset_identifier="bench",
        policy={"@id": uid},
        terms=TERMS,
        digest=canonical.digest({"@id": uid}),
        signed_at=clock.now(),
    )
    Transfer.objects.create(
        role=role, peer=peer, agreement=agreement, state="STARTED", address=peer.base_url, consumer_pid=uid
    )
    return agreement


def settle_statistics() -> None:
    """Plans and visibility as a server has them that has been running for a while."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE sensors_observation")
        cursor.execute("CHECKPOINT")


def empty() -> None:
    """Forget everything the bench made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        kept = {"django_migrations", "django_content_type", "auth_permission"}
        tables = ", ".join(f'"{name}"' for (name,) in cursor.fetchall() if name not in kept)
        cursor.execute(f"SET session_replication_role = replica; TRUNCATE {tables} RESTART IDENTITY CASCADE")
        cursor.execute("SET session_replication_role = DEFAULT")
