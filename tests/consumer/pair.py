"""Owner and consumer in one process: a database schema each, real URLs, real envelopes, no sockets.

Built on the region of ``tests/agreements``; agreements are put in place directly (their coming about is proven there).
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from celery.app.task import Task
from django.conf import settings
from django.db import connection
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import Department
from apps.agreements.models import Agreement, Transfer
from apps.catalogue.models import Dataset, DatasetMember
from apps.consumer import clients as consumer_clients
from apps.consumer import services as consumer
from apps.consumer.models import Subscription
from apps.consumer.types import Pulled
from apps.core import clock
from apps.core.errors import PeerUnreachable, UntrustedPeer
from apps.peers import clients as peer_clients
from apps.peers import selectors as peers
from apps.peers import services as peer_services
from apps.peers.errors import Refused
from apps.peers.models import Peer, PeerKey
from apps.peers.types import Answer
from apps.policies import terms as policy_terms
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types
from apps.wire import canonical, keys
from tests import databases
from tests.agreements.region import ASKER, OWNER, Node, Region, befriend

DAY = datetime(2026, 3, 10, tzinfo=UTC)
MINUTE = 60_000_000
BASE = int(DAY.timestamp()) * 1_000_000
RAW = {"visibility": "peers"}
HOURLY = {"visibility": "peers", "resolution": "PT1H", "statistics": ["mean", "count", "sum"]}


class LocalFeed(consumer_clients.HttpFeed):
    """The HTTP feed without its thread: both nodes share one connection here."""

    prefetch = False

    def close(self) -> None:
        """Nothing was opened."""


class Pair(Region):
    """Bielefeld owns, Herford holds. ``gate`` may refuse or change what passes between them."""

    def __init__(self, base_settings: Any, folder: Path) -> None:
        super().__init__(base_settings)
        self.folder = folder
        self.gate: Callable[[str, str], None] = lambda method, path: None
        self.passed: list[tuple[str, str]] = []

    def _become(self, node: Node) -> None:
        super()._become(node)
        folder = self.folder / node.city
        settings.NODE = settings.NODE.model_copy(
            update={"keys_dir": folder / "keys", "files_dir": folder / "files", "page_rows": 100}
        )

    def send(self, *, peer: Peer, method: str, path: str, json: Any = None, **options: Any) -> Answer:
        """What ``peers.clients.send`` promises; signing of requests aside."""
        if connection.in_atomic_block:
            raise AssertionError("a network call inside a transaction holds its locks")
        if Peer.objects.get(pk=peer.pk).state != "trusted":
            raise UntrustedPeer("not trusted")
        sender = self.here
        self.passed.append((method, path))
        self.gate(method, path)
        with self.on(OWNER if sender is ASKER else ASKER):
            response = Client().generic(
                method,
                path,
                canonical.dumps(json) if json is not None else b"",
                content_type="application/json",
                headers={"X-Sender": sender.did, "Accept": options.get("accept", "application/json")},
            )
        headers = {name.lower(): value for name, value in response.headers.items()}
        answer = Answer(response.status_code, headers, response.content, proven=True)
        if not 200 <= answer.status < 300:
            code = str(answer.object().get("code", ""))
            raise Refused(f"refused with {answer.status} {code}", answer=answer, peer_code=code)
        return answer

    def settings_of(self, **values: Any) -> None:
        """Change the present node's settings until the next change of node."""
        settings.NODE = settings.NODE.model_copy(update=values)

    def pull(self, agreement: str = "", *, seconds: float = 60, rounds: int = 50) -> Pulled:
        """Let the consumer pull until it is complete (or give up after some rounds)."""
        total = Pulled()
        with self.on(ASKER):
            consumer.follow_agreements()
            rows = Subscription.objects.filter(agreement__uid=agreement) if agreement else Subscription.objects.all()
            for pk in rows.values_list("pk", flat=True):
                for _round in range(rounds):
                    Subscription.objects.active().filter(pk=pk).update(next_attempt_at=clock.now())
                    done = consumer.pull(subscription_id=pk, feed=LocalFeed, seconds=seconds)
                    total = Pulled(total.pages + done.pages, total.rows + done.rows, done.complete)
                    if done.complete or not Subscription.objects.active().filter(pk=pk).exists():
                        break
        return total


def streams(count: int = 1, *, kind: str = "measure", prefix: str = "") -> list[int]:
    """Datastreams of the present node on one thing each; their ids."""
    mark = prefix or uuid.uuid4().hex[:8]
    devices = [
        sensor_types.Device(
            external_key=f"{mark}-{number}",
            name=f"Mast {number}",
            description="Am Markt",
            place=sensor_types.Place(name="Markt", longitude=8.53, latitude=52.02),
            streams=(
                sensor_types.StreamSpec(
                    external_key=f"{mark}-{number}-t",
                    name=f"Temperature {number}",
                    sensor=sensor_types.SensorSpec(external_key="thermometer", name="Thermometer"),
                    observed_property=sensor_types.ObservedPropertySpec(external_key="t", name="Air temperature"),
                    unit_symbol="°C",
                    kind="count" if kind == "count" else "measure",
                ),
            ),
        )
        for number in range(count)
    ]
    return sorted(sensors.register(devices=devices).values())


def record(
    stream: int,
    values: dict[int, float],
    *,
    extra: dict[int, str] | None = None,
    at: datetime | None = None,
    source: str = "test",
) -> int:
    """Record values by minute of ``DAY``; returns the batch."""
    minutes = list(values)
    result = sensors.record(
        readings=sensor_types.Readings.build(
            datastream=np.full(len(minutes), stream),
            time=[BASE + minute * MINUTE for minute in minutes],
            result=list(values.values()),
            extra=None if extra is None else [extra.get(minute) for minute in minutes],
        ),
        source=source,
        at=at or clock.now(),
    )
    return result.batch_id or 0


def agree(
    pair: Pair, datastreams: list[int], terms: dict[str, Any], *, renews: str = "", identifier: str = "", **ends: Any
) -> str:
    """A dataset of these datastreams and an agreement about it, in force on both sides; its uid."""
    uid = f"urn:uuid:{uuid.uuid4()}"
    identifier = identifier or f"set-{uuid.uuid4().hex[:8]}"
    parsed = policy_terms.parse(terms).to_mapping()
    with pair.on(OWNER):
        dataset = Dataset.objects.filter(identifier=identifier).first() or _dataset(identifier)
        for datastream in datastreams:
            DatasetMember.objects.get_or_create(dataset=dataset, datastream_id=datastream)
        accounts.grant(principal=Peer.objects.get().user, permission="catalogue.pull_dataset", object=dataset)
        _agreement(uid, "provider", parsed, dataset=dataset, identifier=identifier, renews=renews, **ends)
    with pair.on(ASKER):
        row = _agreement(uid, "consumer", parsed, dataset=None, identifier=identifier, renews=renews, **ends)
        Transfer.objects.create(
            role="consumer", peer=row.peer, agreement=row, state="STARTED", address=OWNER.base_url, consumer_pid=uid
        )
    return uid


def _dataset(identifier: str) -> Dataset:
    department = Department.objects.filter(slug="environment").first() or accounts.create_department(
        slug="environment", name_de="Umwelt", name_en="Environment"
    )
    return Dataset.objects.create(
        identifier=identifier, title_de="Luft", title_en="Air", department=department, sensitivity="environment"
    )


def _agreement(
    uid: str, role: str, terms: dict[str, Any], *, dataset: Dataset | None, identifier: str, renews: str, **ends: Any
) -> Agreement:
    return Agreement.objects.create(
        uid=uid,
        role=role,
        peer=Peer.objects.get(),
        dataset=dataset,
        dataset_identifier=identifier,
        title=identifier,
        policy={"@id": uid},
        terms=terms,
        digest=canonical.digest({"@id": uid}),
        purpose="planning",
        renews=Agreement.objects.filter(uid=renews).first() if renews else None,
        signed_at=clock.now() - timedelta(minutes=1),
        **ends,
    )


def pin(pair: Pair, node: Node, other: Node) -> None:
    """The other node's key, pinned at this one."""
    with pair.on(other):
        peer_services.ensure_identity()
        key = peers.signing_key()
    with pair.on(node):
        PeerKey.objects.create(
            peer=befriend(node, other),
            ceremony=1,
            version=1,
            keyid=key.keyid,
            public_key=keys.to_multibase(key.verify_key.raw),
            fingerprint="0" * 64,
            valid_from=clock.now() - timedelta(days=1),
        )


@pytest.fixture
def pair(
    second_schema: None,
    transactional_db: None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Pair]:
    """Owner and consumer, trusting each other; the owner is the present node."""
    # Tasks are hints; these tests ask for the work themselves.
    monkeypatch.setattr(Task, "apply_async", lambda *args, **kwargs: None)
    made = Pair(settings.NODE, tmp_path)
    monkeypatch.setattr(peer_clients, "send", made.send)
    monkeypatch.setattr(peer_services, "authenticate", made.authenticate)
    monkeypatch.setattr(peer_services, "sign_answer", lambda **_given: {})
    with made.on(OWNER):
        pin(made, OWNER, ASKER)
        pin(made, ASKER, OWNER)
        yield made
    databases.empty(ASKER.schema)
    settings.NODE = made.base
    with connection.cursor() as cursor:
        cursor.execute("SET search_path TO DEFAULT")


def unreachable(method: str, path: str) -> None:
    """A gate through which nothing passes."""
    raise PeerUnreachable(f"no route for {method} {path}")
