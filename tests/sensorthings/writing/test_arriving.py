"""Single observations in the loop: written together, answered after the commit, and everything odd left alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime

import orjson
import pytest
from django.db import OperationalError

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.types import UserKind
from apps.core.gathering import Gathering
from apps.sensors import services
from apps.sensors.models import Batch, Observation, Thing
from apps.sensorthings.writing import arriving
from apps.sensorthings.writing.observing import Order, Outcome
from tests.loops import run
from tests.sensors.builders import device
from tests.sensorthings.writing.clients import ROOT, service, token
from tests.sensorthings.writing.groups import gathering

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def groups(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the groups that were written; their thread leaves no connection behind."""
    sizes: list[int] = []
    monkeypatch.setattr(arriving, "_gathering", gathering(sizes))
    return sizes


@pytest.fixture
def stream() -> int:
    """A datastream that nobody has written to."""
    return services.register(devices=[device("mast", streams=1)])["mast/0"]


@pytest.fixture
def bearer(stream: int) -> str:
    """The header of a gateway that may write to it."""
    user = service("gateway")
    accounts.grant(principal=user, permission="sensors.write_thing", object=Thing.objects.get())
    return f"Bearer {token(user, 'sta:write')}"


def reading(stream: int, number: int = 0, **more: object) -> bytes:
    """The body of one observation."""
    time = datetime(2026, 1, 1, 0, number // 60, number % 60, tzinfo=UTC).isoformat()
    return orjson.dumps({"phenomenonTime": time, "result": number, "Datastream": {"@iot.id": stream}} | more)


def arrived(*requests: tuple[str, str, bytes]) -> list[str | None]:
    """What comes of requests that arrive at the same time."""

    async def all_of_them() -> list[str | None]:
        return list(await asyncio.gather(*(arriving.arrive(*request) for request in requests)))

    return run(all_of_them())


def test_observations_that_arrive_together_are_one_batch_and_each_has_its_address(
    stream: int, bearer: str, groups: list[int]
) -> None:
    found = arrived(*(("/Observations", bearer, reading(stream, number)) for number in range(20)))
    stored = Observation.objects.order_by("phenomenon_time")
    assert [(one or "").rpartition(f"{ROOT}/")[2] for one in found] == [f"Observations({one.pk})" for one in stored]
    assert [one.result for one in stored] == list(range(20))
    assert sum(groups) == 20
    assert len(groups) == Batch.objects.count() <= 2


def test_the_datastream_may_stand_in_the_path(stream: int, bearer: str) -> None:
    body = orjson.dumps({"phenomenonTime": "2026-01-01T00:00:00Z", "result": 7})
    assert arrived((f"/Datastreams({stream})/Observations", bearer, body)) != [None]
    assert Observation.objects.get().result == 7


def test_one_that_is_refused_costs_no_other(stream: int, bearer: str) -> None:
    stranger = f"Bearer {token(service('stranger'), 'sta:write')}"
    found = arrived(
        ("/Observations", bearer, reading(stream, 1)),
        ("/Observations", stranger, reading(stream, 2)),
        ("/Observations", bearer, reading(stream, 3)),
    )
    assert [one is None for one in found] == [False, True, False]
    assert set(Observation.objects.values_list("result", flat=True)) == {1, 3}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/Things", b"{}"),
        ("/Observations(1)", b"{}"),
        ("/Observations/$ref", b"{}"),
        ("/Nothing/Observations", b"{}"),
        ("/Observations", b"no JSON"),
        ("/Observations", b"[1]"),
        ("/Observations", b'{"result": 1}'),
        ("/Observations", b'{"result": 1, "phenomenonTime": "yesterday", "Datastream": {"@iot.id": 1}}'),
    ],
)
def test_what_is_not_plainly_one_is_left_to_the_long_way(
    path: str, body: bytes, bearer: str, groups: list[int]
) -> None:
    assert arrived((path, bearer, body)) == [None]
    assert groups == []


def test_one_that_makes_a_feature_on_its_way_is_left_to_the_long_way(
    stream: int, bearer: str, groups: list[int]
) -> None:
    feature = {
        "name": "Mast",
        "description": "",
        "encodingType": "application/geo+json",
        "feature": {"type": "Point", "coordinates": [8.5, 52.0]},
    }
    assert arrived(("/Observations", bearer, reading(stream, FeatureOfInterest=feature))) == [None]
    assert groups == []


@pytest.mark.parametrize("header", ["Basic b3dsOm93bA==", "Bearer owl_unknown_secret", "Bearer"])
def test_nobody_known_writes_nothing(stream: int, header: str) -> None:
    assert arrived(("/Observations", header, reading(stream))) == [None]
    assert not Observation.objects.exists()


def test_a_right_that_was_withdrawn_counts_from_the_next_one_on(stream: int, bearer: str) -> None:
    (first,) = arrived(("/Observations", bearer, reading(stream, 1)))
    accounts.revoke(
        principal=User.objects.get(kind=UserKind.SERVICE), permission="sensors.write_thing", object=Thing.objects.get()
    )
    (second,) = arrived(("/Observations", bearer, reading(stream, 2)))
    assert (first is None, second is None) == (False, True)


def test_a_database_that_fails_is_met_again_on_the_long_way(
    stream: int, bearer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_orders: Sequence[Order]) -> Sequence[Outcome]:
        raise OperationalError("the server closed the connection unexpectedly")

    monkeypatch.setattr(arriving, "_gathering", Gathering(failing))
    assert arrived(("/Observations", bearer, reading(stream))) == [None]
