"""A small city: what it holds, who may ask, and how to ask."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from django.test import Client
from django.utils.crypto import get_random_string

from apps.accounts import selectors as account_selectors
from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.types import Role
from apps.catalogue import services as catalogue
from apps.policies.terms import Terms
from apps.sensors import services as sensors
from apps.sensors.types import Device, ObservedPropertySpec, Place, Readings, SensorSpec, StreamSpec, micros

START = datetime(2026, 1, 1, tzinfo=UTC)
ROOT = "http://127.0.0.1:8199/sta/v1.1"
OWNER = "did:web:herford.example"
HOUR = timedelta(hours=1)


@dataclass(slots=True)
class City:
    """Ids by external key, and people by name."""

    streams: dict[str, int] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    client: Client = field(default_factory=Client)

    def get(self, path: str, *, token: str = "", **options: str) -> Any:
        """The JSON at a path; options without their dollar. Fails on any status but 200."""
        response = self.ask(path, token=token, **options)
        assert response.status_code == 200, response.content
        return json.loads(response.getvalue())

    def ask(self, path: str, *, token: str = "", **options: str) -> Any:
        """The response at a path (absolute links of this node included)."""
        address = path.removeprefix("http://127.0.0.1:8199")
        address = address if address.startswith("/") else f"/sta/v1.1/{address}"
        query = "&".join(f"${name}={quote(value)}" for name, value in options.items())
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self.client.get(f"{address}?{query}" if query else address, headers=headers)

    def error(self, path: str, **options: str) -> Any:
        """The body of an answer that is an error, with its status under ``code``."""
        response = self.ask(path, **options)
        body = json.loads(response.content)
        assert response.status_code == body["code"] >= 400, body
        assert body["type"]
        assert body["message"]
        return body

    def ids(self, path: str, **options: str) -> list[int]:
        """The ids on one page."""
        return [one["@iot.id"] for one in self.get(path, **options)["value"]]

    def names(self, path: str, **options: str) -> list[str]:
        """The names on one page."""
        return [one["name"] for one in self.get(path, **options)["value"]]

    def walk(self, path: str, **options: str) -> list[Any]:
        """Everything, page after page."""
        page = self.get(path, **options)
        found = list(page["value"])
        while "@iot.nextLink" in page:
            page = self.get(page["@iot.nextLink"])
            found += page["value"]
        return found

    def token(self, name: str, *scopes: str) -> str:
        """A fresh token of this person."""
        _row, secret = accounts.issue_token(
            name=get_random_string(8), user=self.people[name], scopes=scopes or ("sta:read",), expires_at=None
        )
        return secret


def stream(key: str, name: str, observed: str = "temperature", **more: Any) -> StreamSpec:
    """A datastream of one of two kinds of sensors."""
    return StreamSpec(
        external_key=key,
        name=name,
        sensor=SensorSpec(
            external_key=f"sensor/{observed}", name=f"Sensor of {observed}", metadata="https://x.example"
        ),
        observed_property=ObservedPropertySpec(external_key=observed, name=observed.title(), definition="http://d"),
        unit_name="degree Celsius",
        unit_symbol="°C",
        **more,
    )


MAST = Device(
    external_key="mast",
    name="Mast",
    description="on a roof",
    place=Place(name="Roof", longitude=8.53, latitude=52.02),
    properties={"height": 12, "tags": ["a", "b"], "kind": "mast", "nested": {"deep": 1.5}},
    streams=(
        stream("mast/air", "Air", properties={"level": 1}),
        stream("mast/wind", "Wind", "wind", properties={"level": "two"}),
        stream("mast/hidden", "Secret", "secret"),
    ),
)
GAUGE = Device(
    external_key="gauge",
    name="Gauge",
    place=Place(name="River bank", longitude=8.6, latitude=52.1),
    streams=(stream("gauge/level", "Level", "level"),),
)
COUNTER = Device(
    external_key="counter",
    name="Counter",
    description="Kaiserstraße 7",
    place=Place(name="Kaiserstraße 7", longitude=8.5401, latitude=52.0301),
    properties={"street": "Kaiserstraße"},
    streams=(stream("counter/bikes", "Bikes", "bikes", kind="count"),),
)
CELLAR = Device(
    external_key="cellar",
    name="Cellar",
    place=Place(name="Hidden cellar", longitude=8.0, latitude=51.0),
    streams=(stream("cellar/damp", "Damp", "damp"),),
)


def readings(stream_id: int, results: Mapping[datetime, float | None], **more: Any) -> Readings:
    """Readings of one datastream by time."""
    return Readings.build(
        datastream=[stream_id] * len(results),
        time=[micros(moment) for moment in results],
        result=[float("nan") if value is None else value for value in results.values()],
        **more,
    )


def hours(*results: float | None) -> dict[datetime, float | None]:
    """One result an hour from the start."""
    return {START + number * HOUR: value for number, value in enumerate(results)}


def build() -> City:
    """Register, record and release everything."""
    found = City()
    found.streams = sensors.register(devices=[MAST, GAUGE, COUNTER, CELLAR], at=START - 24 * HOUR)
    record(found, "mast/air", hours(20.5, 21.0, -3.25, 22.0, 19.0))
    record(found, "mast/wind", hours(3.0, 4.0))
    record(found, "mast/hidden", hours(666.0))
    record(found, "cellar/damp", hours(0.9))
    record(found, "gauge/level", hours(1.0, 1.5, 2.5), span=3600)
    record(found, "counter/bikes", hours(12.0, 2.0, 0.0, 7.0))
    people(found)
    publish(found, "air", ["mast/air", "mast/wind", "gauge/level"], Terms(visibility="public"), "environment")
    return found


def record(city: City, key: str, results: Mapping[datetime, float | None], **more: Any) -> None:
    """Record rows of one datastream."""
    outcome = sensors.record(readings=readings(city.streams[key], results, **more), source="lab")
    assert not outcome.rejected


def people(city: City) -> None:
    """A department's steward, owner and gatekeeper, a superuser, a service without rights, a stranger."""
    department = accounts.create_department(slug="umwelt", name_de="Umweltamt", name_en="Environment")
    for name, role in (("steward", Role.STEWARD), ("owner", Role.OWNER)):
        city.people[name] = accounts.create_person(username=name, password=None)
        accounts.assign_role(user=city.people[name], role=role, department=department)
    city.people["gatekeeper"] = accounts.create_person(username="gatekeeper", password=None)
    accounts.assign_role(user=city.people["gatekeeper"], role=Role.GATEKEEPER)
    city.people["stranger"] = accounts.create_person(username="stranger", password=None)
    city.people["root"] = User.objects.create_superuser(username="root")


def publish(city: City, identifier: str, keys: list[str], terms: Terms, sensitivity: str) -> None:
    """A dataset of these datastreams, its terms released by those who must sign."""
    department = account_selectors.department(slug="umwelt")
    assert department is not None
    dataset = catalogue.create_dataset(
        identifier=identifier,
        title_de=identifier,
        title_en=identifier,
        department=department,
        sensitivity=sensitivity,
    )
    catalogue.set_members(dataset=dataset, datastream_ids=[city.streams[key] for key in keys])
    version = catalogue.prepare(
        version=catalogue.draft_terms(dataset=dataset, terms=terms), user=city.people["steward"], at=START
    )
    if sensitivity in {"people", "sensitive"}:
        catalogue.gate(version=version, user=city.people["gatekeeper"], at=START)
    catalogue.release(version=version, user=city.people["owner"], at=START)
