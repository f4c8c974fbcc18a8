"""A small city to look at: datasets under every kind of terms, replicas of Herford's, and everybody who might ask."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from apps.accounts import services as accounts
from apps.accounts.models import Department, User
from apps.accounts.types import Role, UserKind
from apps.agreements.models import Agreement
from apps.catalogue import services as catalogue
from apps.catalogue.models import Dataset, TermsVersion
from apps.consumer.models import ReplicaStream, Subscription
from apps.peers.models import Peer
from apps.policies import terms as language
from apps.sensors import services as sensors
from apps.sensors.types import Device, ObservedPropertySpec, Place, Readings, SensorSpec, StreamSpec, micros
from apps.wire import canonical

DAY = datetime(2026, 3, 10, tzinfo=UTC)
NOON = DAY + timedelta(hours=12)
MINUTE = timedelta(minutes=1)
HERFORD = "did:web:herford.example"
HOURLY = {"resolution": "PT1H", "statistics": ["count", "sum"], "delay": "PT1H", "grid_m": 100, "suppress_below": 3}
PUBLIC = {"visibility": "public"}


def stream(
    key: str,
    *,
    name: str = "",
    kind: str = "measure",
    observed: str = "Air temperature",
    definition: str = "",
    interval: int | None = 60,
    **more: Any,
) -> StreamSpec:
    """One datastream of a device."""
    return StreamSpec(
        external_key=key,
        name=name or key,
        sensor=SensorSpec(external_key=f"sensor of {key}", name="SHT 31"),
        observed_property=ObservedPropertySpec(
            external_key=f"{observed} of {key}", name=observed, definition=definition
        ),
        unit_symbol="°C",
        unit_name="degree Celsius",
        kind="count" if kind == "count" else "measure",
        expected_interval_s=interval,
        **more,
    )


def device(key: str, *streams: StreamSpec) -> Device:
    """A mast at the market."""
    place = Place(name="Am Markt 1", longitude=8.53123, latitude=52.02123)
    return Device(external_key=key, name=f"Mast {key}", description="Beside the well", place=place, streams=streams)


def own(key: str, **about: Any) -> int:
    """A datastream of this city; its id."""
    return sensors.register(devices=[device(key, stream(key, **about))], at=DAY)[key]


def record(
    datastream: int,
    values: Mapping[float, float | None],
    *,
    extra: dict[float, str] | None = None,
    span: int = 0,
    source: str = "test",
) -> None:
    """Record values by minute of ``DAY``."""
    minutes = list(values)
    sensors.record(
        readings=Readings.build(
            datastream=np.full(len(minutes), datastream),
            time=[micros(DAY + minute * MINUTE) for minute in minutes],
            result=[_number(value) for value in values.values()],
            span=span,
            extra=None if extra is None else [extra.get(minute) for minute in minutes],
        ),
        source=source,
        at=DAY,
    )


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def department(slug: str = "umwelt") -> Department:
    """The department of that name with a steward, an owner and a gatekeeper of the whole node."""
    made = Department.objects.filter(slug=slug).first()
    if made is None:
        made = accounts.create_department(slug=slug, name_de="Umweltamt", name_en="Environment")
        for role in (Role.STEWARD, Role.OWNER):
            accounts.assign_role(user=person(f"{slug}-{role}"), role=role, department=made)
        if not User.objects.filter(username="gatekeeper").exists():
            accounts.assign_role(user=person("gatekeeper"), role=Role.GATEKEEPER)
    return made


def person(name: str, **about: Any) -> User:
    """A person of the city."""
    found = User.objects.filter(username=name).first()
    return found or accounts.create_person(username=name, password=None, **about)


def dataset(
    identifier: str,
    datastreams: list[int],
    terms: dict[str, Any] | None,
    *,
    of: str = "umwelt",
    sensitivity: str = "environment",
    **about: Any,
) -> Dataset:
    """A dataset, released under ``terms`` (None: never)."""
    details = {"title_de": identifier.title(), "title_en": identifier} | about
    made = catalogue.create_dataset(
        identifier=identifier, department=department(of), sensitivity=sensitivity, **details
    )
    catalogue.set_members(dataset=made, datastream_ids=datastreams)
    if terms is not None:
        release(made, terms, of=of)
    return made


def release(made: Dataset, terms: dict[str, Any], *, of: str = "umwelt") -> TermsVersion:
    """New terms in force."""
    version = catalogue.draft_terms(dataset=made, terms=terms, override_reason="as the test needs it")
    version = catalogue.prepare(version=version, user=person(f"{of}-steward"), at=DAY)
    if made.sensitivity in {"people", "sensitive"}:
        version = catalogue.gate(version=version, user=person("gatekeeper"), at=DAY)
    return catalogue.release(version=version, user=person(f"{of}-owner"), at=DAY)


def peer(did: str = HERFORD, name: str = "Herford") -> Peer:
    """A trusted peer."""
    found = Peer.objects.filter(did=did).first()
    return found or Peer.objects.create(
        did=did,
        name=name,
        base_url=f"https://{did.removeprefix('did:web:')}",
        state="trusted",
        user=accounts.create_principal(kind=UserKind.PEER, name=did),
    )


def replica(
    identifier: str,
    terms: dict[str, Any],
    *streams: StreamSpec,
    about: dict[str, Any] | None = None,
    expires_at: datetime | None = None,
    purpose: str = "planning",
) -> Subscription:
    """A replica of Herford's dataset under an agreement in force."""
    uid = f"urn:uuid:{uuid.uuid4()}"
    agreement = Agreement.objects.create(
        uid=uid,
        role="consumer",
        peer=peer(),
        dataset_identifier=identifier,
        title=identifier.title(),
        policy={"@id": uid},
        terms=language.parse(terms).to_mapping(),
        digest=canonical.digest({"@id": uid}),
        purpose=purpose,
        signed_at=DAY,
        expires_at=expires_at,
    )
    made = Subscription.objects.create(
        agreement=agreement, peer=agreement.peer, about=about or {}, last_complete_at=NOON - MINUTE
    )
    specs = streams or (stream(f"{identifier}/1"),)
    ids = sensors.describe_replica(
        origin=HERFORD, devices=[device(identifier, *specs)], onward_allowed=terms.get("onward") == "peers", at=DAY
    )
    for number, spec in enumerate(specs):
        ReplicaStream.objects.create(
            subscription=made,
            stream=number * 8,
            datastream_id=ids[spec.external_key],
            statistic=str(spec.properties.get("statistic", "")),
        )
    return made


def receive(datastream: int, values: Mapping[float, float | None], *, suppressed: tuple[float, ...] = ()) -> None:
    """Rows of a replica by minute of ``DAY``."""
    minutes = [*values, *suppressed]
    sensors.apply_replica(
        origin=HERFORD,
        readings=Readings.build(
            datastream=np.full(len(minutes), datastream),
            time=[micros(DAY + minute * MINUTE) for minute in minutes],
            result=[*(_number(value) for value in values.values()), *([np.nan] * len(suppressed))],
        ),
        flags=np.array([0] * len(values) + [1] * len(suppressed), dtype=np.uint8),
        source="feed:test",
        at=DAY,
    )


def datastreams(subscription: Subscription) -> list[int]:
    """The datastreams that hold a replica."""
    return list(ReplicaStream.objects.filter(subscription=subscription).values_list("datastream_id", flat=True))
