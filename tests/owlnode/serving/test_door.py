"""The door: an observation that goes the quick way is answered as on the long one, and nothing else goes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import orjson
import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections

from apps.accounts import services as accounts
from apps.sensors import services
from apps.sensors.models import Observation, Thing
from apps.sensorthings.writing import arriving
from owlnode.serving import door as door_module
from owlnode.serving.door import Door
from owlnode.serving.threads import Threads
from tests.owlnode.serving.client import Line, ask, scope
from tests.sensors.builders import device
from tests.sensorthings.writing.clients import ROOT, service, token
from tests.sensorthings.writing.groups import gathering

pytestmark = pytest.mark.django_db(transaction=True)
Ask = Callable[..., Line]
ODD = "$select=result"
"""What a quick answer does not look at, and a long one neither."""
OWN = {"location", "x-request-id"}
"""Headers that differ from one observation to the next."""


class Long:
    """Django's way, counted; its threads leave no connection behind."""

    def __init__(self) -> None:
        self.application = WSGIHandler()
        self.asked = 0

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked += 1
        try:
            return self.application(environ, start_response)
        finally:
            connections.close_all()


@pytest.fixture
def long_way() -> Long:
    """The way through Django."""
    return Long()


@pytest.fixture
def door(long_way: Long, monkeypatch: pytest.MonkeyPatch) -> Door:
    """A door in front of it."""
    monkeypatch.setattr(arriving, "_gathering", gathering([]))
    door_module._usual.cache_clear()
    return Door(Threads(long_way, workers=2))


@pytest.fixture
def headers() -> dict[str, str]:
    """What a gateway sends that may write to the one datastream there is."""
    services.register(devices=[device("mast", streams=1)])
    user = service("gateway")
    accounts.grant(principal=user, permission="sensors.write_thing", object=Thing.objects.get())
    secret = token(user, "sta:write")
    return {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}


def reading(second: int = 0) -> bytes:
    """The body of one observation of the one datastream there is."""
    stream = Thing.objects.get().datastreams.get().pk
    link = {"@iot.id": stream}
    return orjson.dumps({"phenomenonTime": f"2026-01-01T00:00:{second:02}Z", "result": second, "Datastream": link})


def posted(door: Door, headers: dict[str, str], body: Any, path: str = f"{ROOT}/Observations", query: str = "") -> Line:
    """The answer to a POST."""
    return ask(door, scope("POST", path, headers, query), body)


def test_an_observation_is_answered_without_django_as_with_it(
    door: Door, long_way: Long, headers: dict[str, str]
) -> None:
    quick = posted(door, headers, reading(1))
    assert long_way.asked == 0
    slow = posted(door, headers, reading(2), query=ODD)
    assert long_way.asked == 1
    assert (quick.status, quick.body) == (slow.status, slow.body) == (201, b"")
    assert {name: value for name, value in quick.headers.items() if name not in OWN} == {
        name: value for name, value in slow.headers.items() if name not in OWN
    }
    stored = Observation.objects.order_by("phenomenon_time")
    assert [one.headers["location"].rpartition("/")[2] for one in (quick, slow)] == [
        f"Observations({row.pk})" for row in stored
    ]


def test_a_request_id_is_carried_on_if_it_is_one(door: Door, headers: dict[str, str]) -> None:
    given = posted(door, headers | {"X-Request-Id": "4bf92f3577b34da6"}, reading(1)).headers["x-request-id"]
    made = posted(door, headers | {"X-Request-Id": "no <id>"}, reading(2)).headers["x-request-id"]
    assert given == "4bf92f3577b34da6"
    assert len(made) == 32
    assert made.isalnum()


@pytest.mark.parametrize(
    ("change", "body", "status"),
    [
        ({"Authorization": "Bearer owl_0123456789_no"}, None, 401),
        ({"Authorization": "Basic b3dsOm93bA=="}, None, 401),
        ({}, b"no JSON", 400),
        ({}, b'{"result": 1}', 400),
        ({"Host": "elsewhere.example"}, None, 400),
        ({"Accept-Language": "en"}, b'{"result": 1}', 400),
    ],
)
def test_what_is_refused_is_refused_by_django_in_its_words(
    door: Door, headers: dict[str, str], change: dict[str, str], body: bytes | None, status: int
) -> None:
    raw = reading() if body is None else body
    through = posted(door, headers | change, raw)
    straight = posted(door, headers | change, raw, query=ODD)
    assert (through.status, through.body) == (straight.status, straight.body)
    assert through.status == status
    assert not Observation.objects.exists()


def test_a_query_a_cookie_or_a_missing_token_takes_the_long_way(
    door: Door, long_way: Long, headers: dict[str, str]
) -> None:
    posted(door, headers, reading(1), query=ODD)
    posted(door, {"Content-Type": "application/json"}, reading(2))
    posted(door, headers | {"Cookie": "theme=dark"}, reading(3))
    assert long_way.asked == 3


def test_an_address_that_only_begins_like_ours_is_not_ours(door: Door, headers: dict[str, str]) -> None:
    stream = Thing.objects.get().datastreams.get().pk
    assert posted(door, headers, reading(), f"{ROOT}Datastreams({stream})/Observations").status == 404
    assert not Observation.objects.exists()


@pytest.mark.parametrize("again", [b"Bearer owl_0123456789_no", None])
def test_two_tokens_are_none(door: Door, headers: dict[str, str], again: bytes | None) -> None:
    found = scope("POST", f"{ROOT}/Observations", headers)
    first = headers["Authorization"].encode()
    found["headers"].insert(0, (b"authorization", again or first))
    assert ask(door, found, reading()).status == 401
    assert not Observation.objects.exists()


def test_tls_is_asked_for_where_the_node_asks_for_it(
    long_way: Long, door: Door, headers: dict[str, str], settings: Any
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    long_way.application = WSGIHandler()  # which reads these settings once
    plain = posted(door, headers, reading(1))
    assert (plain.status, plain.headers["location"].startswith("https://"), long_way.asked) == (301, True, 1)
    settings.SECURE_HSTS_SECONDS = 3600
    door_module._usual.cache_clear()
    safe = posted(door, headers | {"X-Forwarded-Proto": "https"}, reading(2))
    assert (safe.status, safe.headers["strict-transport-security"], long_way.asked) == (201, "max-age=3600", 1)


def test_everything_else_goes_through_django(door: Door, long_way: Long) -> None:
    assert ask(door, scope("GET", "/health/live")).status == 200
    assert ask(door, scope("GET", "/nothing-of-the-kind")).status == 404
    assert ask(door, scope("GET", f"{ROOT}/Things", {"Authorization": "Bearer owl_no"})).status == 401
    assert long_way.asked == 3


def test_a_client_who_goes_away_before_its_body_is_whole_is_not_answered(
    door: Door, long_way: Long, headers: dict[str, str]
) -> None:
    found = scope("POST", f"{ROOT}/Observations", headers | {"Content-Length": "500"})
    line = ask(door, found, b'{"result":', breaks_off=True)
    assert (line.sent, long_way.asked) == ([], 0)


def test_a_large_body_reaches_django_whole(door: Door, headers: dict[str, str]) -> None:
    rows = [[f"2026-01-01T{n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}Z", n] for n in range(8000)]
    stream = Thing.objects.get().datastreams.get().pk
    link = {"@iot.id": stream}
    body = orjson.dumps([{"Datastream": link, "components": ["phenomenonTime", "result"], "dataArray": rows}])
    pieces = [body[start : start + 50_000] for start in range(0, len(body), 50_000)]
    assert len(pieces) > 4
    assert posted(door, headers, pieces, f"{ROOT}/CreateObservations").status == 201
    assert Observation.objects.count() == 8000


def test_only_http_is_spoken_here(door: Door) -> None:
    with pytest.raises(ValueError, match="not websocket"):
        ask(door, {**scope("GET", "/"), "type": "websocket"})
