"""Whoever writes in the tests, and the entities they write."""

from __future__ import annotations

from typing import Any

import orjson
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.types import UserKind
from apps.sensors.models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    Observation,
    ObservedProperty,
    Sensor,
    Thing,
)

ROOT = "/sta/v1.1"
POINT = {"type": "Point", "coordinates": [8.53, 52.03]}
ELSEWHERE = {"type": "Point", "coordinates": [8.67, 52.11]}
SENSOR = {"name": "SHT 31", "description": "", "encodingType": "text/html", "metadata": "https://example.org/sht31"}
PROPERTY = {"name": "Air temperature", "description": "", "definition": "https://example.org/temperature"}
JSON_PATCH = "application/json-patch+json"
UNIT = {"name": "degree Celsius", "symbol": "°C", "definition": "ucum:Cel"}
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


def location(geometry: dict[str, Any] | None = None) -> dict[str, Any]:
    """A place."""
    return {
        "name": "Yard",
        "description": "Behind the town hall",
        "encodingType": "application/geo+json",
        "location": POINT if geometry is None else geometry,
    }


def datastream(**more: Any) -> dict[str, Any]:
    """A stream with its sensor and property inline."""
    return {
        "name": "Temperature",
        "description": "Every ten minutes",
        "observationType": MEASUREMENT,
        "unitOfMeasurement": UNIT,
        "Sensor": SENSOR,
        "ObservedProperty": PROPERTY,
    } | more


def thing(**more: Any) -> dict[str, Any]:
    """A mast with place and stream inline."""
    return {
        "name": "Mast",
        "description": "In the yard",
        "properties": {"owner": "city"},
        "Locations": [location()],
        "Datastreams": [datastream()],
    } | more


class Sta:
    """A client of the API, with or without a token."""

    def __init__(self, secret: str = "", *, client: Client | None = None) -> None:
        self.client = client or Client()
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def call(self, method: str, path: str, body: Any = None, *, kind: str = "application/json", **more: Any) -> Any:
        """The answer to one request."""
        raw = isinstance(body, str | bytes)
        data = body if raw else ("" if body is None else _dumps(body))
        return self.client.generic(
            method, f"{ROOT}/{path}", data, content_type=kind, headers=self.headers | more.get("headers", {})
        )

    def post(self, path: str, body: Any, **more: Any) -> Any:
        """POST JSON."""
        return self.call("POST", path, body, **more)

    def patch(self, path: str, body: Any, **more: Any) -> Any:
        """PATCH JSON."""
        return self.call("PATCH", path, body, **more)

    def put(self, path: str, body: Any) -> Any:
        """PUT JSON."""
        return self.call("PUT", path, body)

    def delete(self, path: str) -> Any:
        """DELETE."""
        return self.call("DELETE", path)

    def made(self, path: str, body: Any) -> int:
        """POST what must succeed; the id made."""
        response = self.post(path, body)
        assert response.status_code == 201, response.content
        return id_of(response)


def _dumps(body: Any) -> bytes:
    return orjson.dumps(body)


def id_of(response: Any) -> int:
    """The id in a Location header."""
    return int(response["Location"].rpartition("(")[2].rstrip(")"))


def service(name: str = "gateway") -> User:
    """A program's account."""
    return accounts.create_principal(kind=UserKind.SERVICE, name=name)


def token(user: User, *scopes: str) -> str:
    """A secret for it."""
    _row, secret = accounts.issue_token(name="test", user=user, scopes=scopes or ("sta:write",), expires_at=None)
    return secret


def maker(name: str = "maker") -> Sta:
    """A program that may make new things, and writes and reads what it made."""
    return Sta(token(service(name), "sta:read", "sta:write", "sta:write:new"))


def first_thing() -> Thing:
    """The thing made first."""
    found: Thing = Thing.objects.order_by("pk")[0]
    return found


def counts() -> list[int]:
    """How many entities of each kind there are."""
    kinds = (Thing, Location, HistoricalLocation, Sensor, ObservedProperty, Datastream, Observation, FeatureOfInterest)
    return [kind.objects.count() for kind in kinds]


def stream_of(sta: Sta, **more: Any) -> int:
    """A thing with one stream, whose id this is."""
    key = sta.made("Things", thing(**more))
    return Datastream.objects.get(thing=key).pk
