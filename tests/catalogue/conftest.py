"""What the tests of the catalogue share: a department with its people, and datastreams of the city and of a peer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from apps.accounts import services as accounts
from apps.accounts.models import Department, User
from apps.accounts.types import Role
from apps.catalogue import services
from apps.catalogue.models import Dataset, TermsVersion
from apps.policies import templates
from apps.sensors import services as sensors
from apps.sensors.types import Device, ObservedPropertySpec, SensorSpec, StreamSpec

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
HERFORD = "did:web:herford.example"

Make = Callable[..., dict[str, int]]


def device(key: str, properties: dict[str, dict[str, Any]]) -> Device:
    """A counter with one stream for each entry, by external key."""
    streams = tuple(
        StreamSpec(
            external_key=name,
            name=name,
            sensor=SensorSpec(external_key="loop", name="Induction loop"),
            observed_property=ObservedPropertySpec(external_key="bikes", name="Bicycles"),
            kind="count",
            properties=about,
        )
        for name, about in properties.items()
    )
    return Device(external_key=key, name=key, streams=streams)


@pytest.fixture
def streams(db: None) -> dict[str, int]:
    """A total with its two directions, and a street without; ids by external key."""
    counter: dict[str, dict[str, Any]] = {
        "total": {"total_of": ["in", "out"]},
        "in": {"part_of": "total"},
        "out": {},
        "street": {},
    }
    return sensors.register(devices=[device("counter", counter)], at=AT)


@pytest.fixture
def replica(db: None) -> Callable[[bool], int]:
    """Makes (or describes anew) Herford's replica, with or without leave to share it onward; returns its id."""

    def make(onward_allowed: bool) -> int:
        ids = sensors.describe_replica(
            origin=HERFORD, devices=[device("herford", {"herford": {}})], onward_allowed=onward_allowed, at=AT
        )
        return ids["herford"]

    return make


@pytest.fixture
def department(db: None) -> Department:
    """The department that owns the datasets."""
    return accounts.create_department(slug="umwelt", name_de="Umweltamt", name_en="Environment")


@pytest.fixture
def people(department: Department) -> dict[str, User]:
    """A steward and an owner of the department, the gatekeeper of the whole node, and somebody with all three roles."""
    made = {
        name: accounts.create_person(username=name, password=None) for name in ("steward", "owner", "gatekeeper", "all")
    }
    accounts.assign_role(user=made["steward"], role=Role.STEWARD, department=department)
    accounts.assign_role(user=made["owner"], role=Role.OWNER, department=department)
    accounts.assign_role(user=made["gatekeeper"], role=Role.GATEKEEPER)
    for role in (Role.STEWARD, Role.OWNER, Role.GATEKEEPER):
        accounts.assign_role(user=made["all"], role=role, department=department)
    return made


@pytest.fixture
def air(department: Department, streams: dict[str, int]) -> Dataset:
    """A harmless dataset of one datastream."""
    return _dataset("luft", "environment", department, [streams["street"]])


@pytest.fixture
def bicycles(department: Department, streams: dict[str, int]) -> Dataset:
    """A dataset about people, holding a total without its parts."""
    return _dataset("radverkehr", "people", department, [streams["total"]])


@pytest.fixture
def release(people: dict[str, User]) -> Callable[[TermsVersion], TermsVersion]:
    """Has everybody sign a draft who must; returns the version in force."""

    def run(version: TermsVersion) -> TermsVersion:
        prepared = services.prepare(version=version, user=people["steward"], at=AT)
        if version.dataset.sensitivity in {"people", "sensitive"}:
            services.gate(version=prepared, user=people["gatekeeper"], at=AT)
        return services.release(version=prepared, user=people["owner"], at=AT)

    return run


@pytest.fixture
def released_bicycles(bicycles: Dataset, release: Callable[[TermsVersion], TermsVersion]) -> TermsVersion:
    """Terms of the bicycles in force."""
    return release(services.draft_terms(dataset=bicycles, terms=templates.people()))


def _dataset(identifier: str, sensitivity: str, department: Department, ids: list[int]) -> Dataset:
    made = services.create_dataset(
        identifier=identifier,
        title_de=identifier.title(),
        title_en=identifier,
        department=department,
        sensitivity=sensitivity,
    )
    services.set_members(dataset=made, datastream_ids=ids)
    return made
