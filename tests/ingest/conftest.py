"""A gateway with its token, and datastreams it may write to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.types import UserKind
from apps.sensors import services as sensors
from apps.sensors.types import Device, ObservedPropertySpec, SensorSpec, StreamSpec

URL = "/ingest/v1/readings"


@dataclass(frozen=True)
class Intake:
    """A client that posts to the intake with a token."""

    client: Client
    secret: str

    def post(self, body: Any, **headers: str) -> Any:
        """Post a body: text as it is, anything else as JSON; the test client's response."""
        return self.client.post(
            URL,
            data=body,
            content_type=headers.pop("content_type", "application/json"),
            headers={"Authorization": f"Bearer {self.secret}"} | headers,
        )


@pytest.fixture
def streams(db: None) -> dict[str, int]:
    """Three datastreams of this node by external key."""
    sensor = SensorSpec(external_key="s", name="S")
    observed = ObservedPropertySpec(external_key="p", name="P")
    keys = ("lora/north/a", "lora/north/b", "lora/northwest/c")
    specs = tuple(StreamSpec(external_key=key, name=key, sensor=sensor, observed_property=observed) for key in keys)
    return sensors.register(devices=[Device(external_key="t", name="T", streams=specs)])


@pytest.fixture
def gateway(db: None, client: Client) -> Callable[..., Intake]:
    """Makes an intake whose token has the given scopes."""
    cache.clear()

    def make(*scopes: str) -> Intake:
        user = accounts.create_principal(kind=UserKind.SERVICE, name=f"gateway-{len(scopes)}-{'-'.join(scopes)}"[:60])
        _token, secret = accounts.issue_token(
            name="gateway", user=user, scopes=scopes or ("ingest:write",), expires_at=None
        )
        return Intake(client, secret)

    return make
