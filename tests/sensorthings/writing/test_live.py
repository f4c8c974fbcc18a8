"""A live node: driven by the public client, filled with a recording, and killed under load."""

from __future__ import annotations

import csv
import http.client
import json
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import frost_sta_client as fsc
import jsonpatch
import pytest
import requests

from apps.accounts import services as accounts
from apps.accounts.types import Role
from apps.sensors import selectors as sensors
from apps.sensors import services
from apps.sensors.models import Datastream, Observation, Thing
from apps.sensors.types import micros
from tests.sensors.builders import device
from tests.sensorthings.writing.clients import service, token
from tests.sensorthings.writing.live import Live, running
from tests.sensorthings.writing.test_rights import SCOPES, person

pytestmark = pytest.mark.django_db(transaction=True)


class Bearer(fsc.AuthHandler):  # type: ignore[misc]  # the client comes without types
    """How the client shows a token."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self.secret = secret

    def add_auth_header(self) -> Any:
        """What ``requests`` calls before it sends."""

        def show(request: requests.PreparedRequest) -> requests.PreparedRequest:
            request.headers["Authorization"] = f"Bearer {self.secret}"
            return request

        return show


def steward() -> str:
    """The secret of a steward of the whole node."""
    user = person("steward")
    accounts.assign_role(user=user, role=Role.STEWARD)
    return token(user, *SCOPES)


def test_frost_sta_client_drives_a_live_node() -> None:
    secret = steward()
    with running() as node:
        client = fsc.SensorThingsService(node.url, auth_handler=Bearer(secret))
        mast, stream = _create(client)
        _read_and_expand(client, mast, stream)
        _change(client, mast)
        _observe_and_page(client, stream)
        client.delete(mast)
        with pytest.raises(Exception, match="404"):
            client.things().find(mast.id)

    assert (Thing.objects.count(), Datastream.objects.count(), Observation.objects.count()) == (0, 0, 0)


def _create(client: Any) -> tuple[Any, Any]:
    point = {"type": "Point", "coordinates": [8.53, 52.03]}
    place = fsc.Location(name="Yard", description="d", location=point, encoding_type="application/geo+json")
    mast = fsc.Thing(name="Mast", description="d", properties={"a": 1}, locations=[place])
    client.create(mast)
    stream = fsc.Datastream(
        name="Temperature",
        description="d",
        observation_type="http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
        unit_of_measurement=fsc.UnitOfMeasurement(name="degree Celsius", symbol="°C", definition="ucum:Cel"),
        thing=fsc.Thing(id=mast.id),
        sensor=fsc.Sensor(name="SHT", description="d", encoding_type="text/html", metadata="https://example.org"),
        observed_property=fsc.ObservedProperty(name="T", definition="https://example.org/t", description="d"),
    )
    client.create(stream)
    return mast, stream


def _read_and_expand(client: Any, mast: Any, stream: Any) -> None:
    found = client.things().find(mast.id)
    assert (found.name, found.properties) == ("Mast", {"a": 1})
    expanded = client.datastreams().query().filter(f"id eq {stream.id}").expand("Thing,Sensor").list()
    first = next(iter(expanded))
    assert (first.thing.name, first.sensor.name, first.unit_of_measurement.symbol) == ("Mast", "SHT", "°C")


def _change(client: Any, mast: Any) -> None:
    mast.name = "Tower"
    mast.locations = None
    client.update(mast)
    assert client.things().find(mast.id).name == "Tower"
    client.patch(mast, jsonpatch.JsonPatch([{"op": "replace", "path": "/description", "value": "higher"}]))
    assert client.things().find(mast.id).description == "higher"


def _observe_and_page(client: Any, stream: Any) -> None:
    single = fsc.Observation(
        result=-1.5, phenomenon_time="2026-01-01T00:00:00Z", datastream=fsc.Datastream(id=stream.id)
    )
    client.create(single)
    assert client.observations().find(single.id).result == -1.5
    array = fsc.DataArrayValue()
    array.datastream = fsc.Datastream(id=stream.id)
    array.components = {array.Property.PHENOMENON_TIME, array.Property.RESULT}
    for hour in range(1, 24):
        array.add_observation(fsc.Observation(result=hour, phenomenon_time=f"2026-01-01T{hour:02}:00:00Z"))
    document = fsc.DataArrayDocument()
    document.add_data_array_value(array)
    assert len(client.observations().create(document)) == 23
    pages = client.observations().query().orderby("phenomenonTime", "asc").top(5).list()
    assert [one.result for one in pages] == [-1.5, *range(1, 24)]


def test_a_recording_goes_in_and_comes_out_the_same(shared_path: Path) -> None:
    """The lake's temperatures – a recording from Münster – through CreateObservations and back as a data array."""
    readings = _recorded(shared_path)
    stream = services.register(devices=[device("lake", streams=1)])["lake/0"]
    secret = steward()
    with running() as node:
        for start in range(0, len(readings), 1000):
            body = [
                {
                    "Datastream": {"@iot.id": stream},
                    "components": ["phenomenonTime", "result"],
                    "dataArray": readings[start : start + 1000],
                }
            ]
            assert _call(node, "POST", "CreateObservations", body, secret)[0] == 201
        address = (
            f"Datastreams({stream})/Observations?$resultFormat=dataArray&$select=phenomenonTime,result&$top=100000"
        )
        _status, found = _call(node, "GET", address, None, secret)

    rows = found["value"][0]["dataArray"]
    assert [(_moment(row[0]), row[1]) for row in rows] == [(_moment(time), value) for time, value in readings]


def _recorded(shared: Path) -> list[list[Any]]:
    """Times, taken as UTC, and temperatures of the recording's first file."""
    path = sorted((shared / "data" / "lake").glob("*.csv"))[0]
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = [(line["Datum"], line["Wassertemperatur"]) for line in csv.DictReader(file)]
    found = {datetime.fromisoformat(time).replace(tzinfo=UTC): float(value) for time, value in lines if value}
    assert len(found) > 100
    return [[time.strftime("%Y-%m-%dT%H:%M:%SZ"), value] for time, value in sorted(found.items())][:3000]


def _moment(text: str) -> int:
    return micros(datetime.fromisoformat(text))


def _call(node: Live, method: str, path: str, body: Any, secret: str) -> tuple[int, Any]:
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{node.url}/{path}",
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:  # noqa: S310 - our own address
        raw = answer.read()
        return answer.status, json.loads(raw) if raw else None


def test_whatever_was_answered_201_is_stored_when_the_process_is_killed_under_load() -> None:
    stream = services.register(devices=[device("mast", streams=1)])["mast/0"]
    user = service("gateway")
    accounts.grant(principal=user, permission="sensors.write_thing", object=Thing.objects.get())
    secret, answered, enough = token(user, "sta:write"), [], threading.Event()

    def post(port: int, worker: int) -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        for number in range(100_000):
            time = f"2026-01-01T{number // 3600:02}:{number // 60 % 60:02}:{number % 60:02}.{worker:03}Z"
            try:
                line.request(
                    "POST",
                    f"/sta/v1.1/Datastreams({stream})/Observations",
                    json.dumps({"phenomenonTime": time, "result": number}),
                    headers,
                )
                answer = line.getresponse()
                answer.read()
            except (OSError, http.client.HTTPException):
                return
            assert answer.status == 201
            answered.append(int(str(answer.headers["Location"]).rpartition("(")[2][:-1]))
            if len(answered) > 100:
                enough.set()

    with running() as node, ThreadPoolExecutor(8) as pool:
        workers = [pool.submit(post, node.port, worker) for worker in range(8)]
        assert enough.wait(120)
        node.kill()
        for worker in workers:
            worker.result(60)

    stored = set(Observation.objects.values_list("pk", flat=True))
    assert len(answered) > 100
    assert len(set(answered)) == len(answered)
    assert set(answered) <= stored
    assert sensors.count_rows([stream]) == len(stored)
