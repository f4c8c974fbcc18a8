"""Who may write what: principal × entity × method, default deny."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import ApiToken, User
from apps.accounts.types import Role, UserKind
from apps.sensors.models import Datastream, Location, Observation, ObservedProperty, Sensor, Thing
from tests.sensorthings.writing.clients import Sta, datastream, location, maker, service, thing, token

pytestmark = pytest.mark.django_db
SCOPES = ("sta:read", "sta:write", "sta:write:new")


def person(name: str = "erika") -> User:
    """A person of the city's staff."""
    return accounts.create_person(username=name, password="a-long-Passphrase-42", display_name=name)


def administrator() -> Sta:
    """The administrator of the whole node, by token."""
    user = person("admin")
    accounts.assign_role(user=user, role=Role.ADMINISTRATOR)
    return Sta(token(user, *SCOPES))


@pytest.fixture
def mast() -> Thing:
    """Somebody else's thing with a stream of one observation."""
    body = thing(Datastreams=[datastream(Observations=[{"phenomenonTime": "2026-01-01T00:00:00Z", "result": 1}])])
    return Thing.objects.get(pk=maker("somebody else").made("Things", body))


def _nobody(mast: Thing) -> Sta:
    return Sta()


def _stranger(mast: Thing) -> Sta:
    return Sta(token(service("stranger"), "sta:write"))


def _reader(mast: Thing) -> Sta:
    user = service("reader")
    accounts.grant(principal=user, permission="sensors.write_thing", object=mast)
    return Sta(token(user, "sta:read"))


def _creator(mast: Thing) -> Sta:
    return Sta(token(service("creator"), *SCOPES))


def _peer(mast: Thing) -> Sta:
    return Sta(token(accounts.create_principal(kind=UserKind.PEER, name="did:web:herford.example"), *SCOPES))


def _writer(mast: Thing) -> Sta:
    user = service("writer")
    accounts.grant(principal=user, permission="sensors.write_thing", object=mast)
    return Sta(token(user, "sta:write"))


def _staff(mast: Thing) -> Sta:
    client = Client()
    client.force_login(person())
    return Sta(client=client)


def _steward(mast: Thing) -> Sta:
    user = person()
    accounts.assign_role(user=user, role=Role.STEWARD)
    client = Client()
    client.force_login(user)
    return Sta(client=client)


Attempt = tuple[str, str, Any]
ATTEMPTS: list[Attempt] = [
    ("PATCH", "Things({thing})", {"name": "mine"}),
    ("PUT", "Things({thing})", {"name": "mine", "description": "d"}),
    ("DELETE", "Things({thing})", None),
    ("POST", "Things({thing})/Datastreams", datastream()),
    ("POST", "Things({thing})/Locations", location()),
    ("PATCH", "Locations({location})", {"name": "mine"}),
    ("PATCH", "Datastreams({stream})", {"name": "mine"}),
    ("DELETE", "Datastreams({stream})", None),
    ("PATCH", "Sensors({sensor})", {"name": "mine"}),
    ("DELETE", "ObservedProperties({property})", None),
    ("POST", "Observations", {"Datastream": {"@iot.id": "{stream}"}, "result": 5}),
    ("POST", "Datastreams({stream})/Observations", {"result": 5}),
    (
        "POST",
        "CreateObservations",
        [{"Datastream": {"@iot.id": "{stream}"}, "components": ["result"], "dataArray": [[5]]}],
    ),
    ("PATCH", "Observations({observation})", {"result": 5}),
    ("DELETE", "Observations({observation})", None),
]
NEW: list[Attempt] = [
    ("POST", "Things", thing()),
    ("POST", "Locations", location()),
    ("POST", "Sensors", {"name": "n", "description": "", "encodingType": "t", "metadata": "m"}),
]
EXPECTED: list[tuple[Any, int, int]] = [
    (_nobody, 401, 401),
    (_stranger, 403, 403),
    (_reader, 403, 403),
    (_creator, 403, 201),
    (_peer, 403, 403),
    (_writer, 200, 403),
    (_staff, 403, 403),
    (_steward, 200, 201),
]
UNSEEN = (_stranger, _creator, _staff)
"""They see nothing of the mast: what a path names is not there for them, and who sends observations learns nothing."""


def _state() -> list[Any]:
    kinds = (Thing, Location, Sensor, ObservedProperty, Datastream, Observation)
    return [[*kind.objects.order_by("pk").values_list()] for kind in kinds]


def _places(mast: Thing) -> dict[str, int]:
    stream = Datastream.objects.get(thing=mast)
    return {
        "thing": mast.pk,
        "location": mast.location_id or 0,
        "stream": stream.pk,
        "sensor": stream.sensor_id,
        "property": stream.observed_property_id,
        "observation": Observation.objects.get().pk,
    }


def _filled(body: Any, places: dict[str, int]) -> Any:
    if isinstance(body, dict):
        return {name: _filled(value, places) for name, value in body.items()}
    if isinstance(body, list):
        return [_filled(value, places) for value in body]
    return places["stream"] if body == "{stream}" else body


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: f"{attempt[0]} {attempt[1]}")
@pytest.mark.parametrize(("who", "status", "_new"), EXPECTED, ids=lambda value: getattr(value, "__name__", ""))
def test_writing_what_is_there(mast: Thing, who: Any, status: int, _new: int, attempt: Attempt) -> None:
    sta, places, before = who(mast), _places(mast), _state()
    method, path, body = attempt

    response = sta.call(method, path.format(**places), _filled(body, places))

    hidden = who in UNSEEN and not (method == "POST" and path.endswith("Observations"))
    done = 201 if status == 200 and method == "POST" else status
    assert response.status_code == (404 if hidden else done), response.content
    assert (_state() == before) == (status != 200)


@pytest.mark.parametrize("attempt", NEW, ids=lambda attempt: f"{attempt[0]} {attempt[1]}")
@pytest.mark.parametrize(("who", "_old", "status"), EXPECTED, ids=lambda value: getattr(value, "__name__", ""))
def test_making_what_is_new(mast: Thing, who: Any, _old: int, status: int, attempt: Attempt) -> None:
    sta, before = who(mast), _state()

    assert sta.call(*attempt).status_code == status
    assert (_state() == before) == (status != 201)


def test_a_revoked_token_writes_nothing_from_the_next_request_on(mast: Thing) -> None:
    sta, stream = _writer(mast), Datastream.objects.get()
    assert sta.post(f"Datastreams({stream.pk})/Observations", {"result": 1}).status_code == 201

    accounts.revoke_token(token=ApiToken.objects.get(user__display_name="writer"))

    assert sta.post(f"Datastreams({stream.pk})/Observations", {"result": 2}).status_code == 401


def test_a_right_taken_away_writes_nothing_from_the_next_request_on(mast: Thing) -> None:
    sta, stream = _writer(mast), Datastream.objects.get()
    user = User.objects.get(display_name="writer")
    accounts.revoke(principal=user, permission="sensors.write_thing", object=mast)

    assert sta.post(f"Datastreams({stream.pk})/Observations", {"result": 2}).status_code == 403


def test_a_department_s_right_counts(mast: Thing) -> None:
    department = accounts.create_department(slug="water", name_de="Wasser", name_en="Water")
    user = service("pump")
    user.groups.add(department.group)
    accounts.grant(principal=department, permission="sensors.write_thing", object=mast)

    sta = Sta(token(user, "sta:write"))

    assert sta.patch(f"Things({mast.pk})", {"name": "Pump"}).status_code == 200
    stream = Datastream.objects.get()
    assert sta.post(f"Datastreams({stream.pk})/Observations", {"result": 2}).status_code == 201


def test_a_session_needs_its_csrf_token(mast: Thing) -> None:
    user = person()
    accounts.assign_role(user=user, role=Role.STEWARD)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)

    response = Sta(client=client).patch(f"Things({mast.pk})", {"name": "mine"})

    assert (response.status_code, response.json()["type"]) == (403, "csrf")
    mast.refresh_from_db()
    assert mast.name == "Mast"


def test_whoever_makes_a_thing_may_write_it(mast: Thing) -> None:
    sta = maker("new maker")

    key = sta.made("Things", thing())

    assert sta.patch(f"Things({key})", {"name": "ours"}).status_code == 200
    assert sta.patch(f"Things({mast.pk})", {"name": "theirs"}).status_code == 404


def test_whoever_makes_a_thing_reads_it_before_it_has_datastreams_and_nobody_else_does(mast: Thing) -> None:
    sta, other = maker("new maker"), maker("other maker")
    key = sta.made("Things", {"name": "Bare", "description": "d", "Locations": [location()]})
    other.made("Things", {"name": "Theirs", "description": "d"})
    everything = Thing.objects.get(pk=key)
    paths = [f"Things({key})", f"Locations({everything.location_id})", f"Things({key})/HistoricalLocations"]

    for path in paths:
        assert sta.call("GET", path).status_code == 200, path
        assert other.call("GET", path).status_code == Sta().call("GET", path).status_code == 404, path
    page = sta.call("GET", "Things?$expand=Locations,HistoricalLocations,Datastreams&$count=true").json()
    assert ([one["name"] for one in page["value"]], page["@iot.count"]) == (["Bare"], 1)
    assert [one["name"] for one in page["value"][0]["Locations"]] == ["Yard"]
    assert [one["name"] for one in other.call("GET", "Things?$filter=name ne 'x'").json()["value"]] == ["Theirs"]
    assert Sta().call("GET", "Things?$count=true").json() == {"@iot.count": 0, "value": []}


def test_a_right_taken_away_hides_a_thing_without_datastreams_at_once(mast: Thing) -> None:
    sta = maker("new maker")
    key = sta.made("Things", {"name": "Bare", "description": "d"})
    user = User.objects.get(display_name="new maker")

    accounts.revoke(principal=user, permission="sensors.write_thing", object=Thing.objects.get(pk=key))

    assert sta.call("GET", f"Things({key})").status_code == 404


def test_a_closed_test_bed_lets_anybody_write(mast: Thing, settings: Any) -> None:
    settings.NODE = settings.NODE.model_copy(update={"sta_open_write": True})
    sta = Sta()

    assert sta.patch(f"Things({mast.pk})", {"name": "open"}).status_code == 200
    sta.made("Things", thing())
    sta.made("Observations", {"Datastream": {"@iot.id": Datastream.objects.first().pk}, "result": 1})  # type: ignore[union-attr]
