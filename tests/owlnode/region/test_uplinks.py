"""The demo's network server: one call a second at the most, each city in turn, what a node takes and what it leaves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import Client

from apps.core import clock
from apps.sensors.models import Datastream, Observation, Quarantined
from apps.sources import selectors as sources_read
from apps.sources.models import Candidate, Mapping, Source, SourceDevice
from owlnode.region import plan
from owlnode.region.staging import connecting
from owlnode.region.uplinks import PAUSE_S, PLACES, STRANGER_EVERY, Uplinks, device, uplink

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Heard(HTTPServer):
    """A door that notes who came with what."""

    calls: list[tuple[str, str, dict[str, Any]]]


class _Door(BaseHTTPRequestHandler):
    server: Heard

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append((self.path, self.headers["Authorization"], body))
        self.send_response(200 if self.path != "/away" else 503)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        return


@pytest.fixture
def heard() -> Iterator[Heard]:
    """A server on a loopback port until the end of the test."""
    server = Heard(("127.0.0.1", 0), _Door)
    server.calls = []
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def _doors(server: Heard, *cities: str) -> dict[str, dict[str, str]]:
    base = f"http://127.0.0.1:{server.server_port}"
    return {city: {"url": f"{base}/{city}", "token": f"owl_{city}"} for city in cities}


def test_each_city_in_turn_and_never_more_than_one_call_a_second(heard: Heard) -> None:
    now = [100.0]
    uplinks = Uplinks(_doors(heard, "bielefeld", "herford"), clock=lambda: now[0])

    for quarter in range(17):
        now[0] = 100.0 + quarter * PAUSE_S / 4
        uplinks.send()

    assert [path for path, _token, _body in heard.calls] == ["/bielefeld", "/herford"] * 2 + ["/bielefeld"]
    assert {token for path, token, _body in heard.calls if path == "/herford"} == {"Bearer owl_herford"}
    assert uplinks.sent == 5


def test_one_in_so_many_comes_from_the_device_that_nobody_knows(heard: Heard) -> None:
    now = [0.0]
    uplinks = Uplinks(_doors(heard, "detmold"), clock=lambda: now[0])

    for _second in range(2 * STRANGER_EVERY):
        now[0] += PAUSE_S
        assert uplinks.send()

    names = [body["end_device_ids"]["device_id"] for _path, _token, body in heard.calls]
    assert names.count("simulator-detmold-neu") == 2
    assert names.index("simulator-detmold-neu") == 1, "a short demo shows it, too"
    counters = [body["uplink_message"]["f_cnt"] for _path, _token, body in heard.calls]
    assert counters == sorted(set(counters))


def test_a_node_that_is_away_misses_its_uplink_and_the_next_one_has_its_turn(heard: Heard) -> None:
    now = [0.0]
    away = {"bielefeld": _doors(heard, "away")["away"]}
    uplinks = Uplinks(away | _doors(heard, "herford"), clock=lambda: now[0])

    taken = []
    for _second in range(4):
        now[0] += PAUSE_S
        taken.append(uplinks.send())

    assert taken == [False, True, False, True]
    assert (uplinks.sent, uplinks.failed) == (2, 2)


def test_nobody_is_called_before_the_sources_are_there() -> None:
    assert not Uplinks({}).send()


def test_every_city_of_the_plan_has_its_devices_and_all_are_told_apart() -> None:
    assert tuple(PLACES) == plan.SLUGS
    found = {device(city, known=known)[0] for city in plan.SLUGS for known in (True, False)}
    assert len(found) == 2 * len(plan.SLUGS)


@pytest.mark.django_db
def test_a_node_takes_what_the_known_device_sends_and_keeps_the_rest_to_be_mapped(client: Client) -> None:
    door = connecting.connect()
    path = door["url"].partition("/ingest/")[2]
    for count, known in enumerate((True, False, True)):
        message = uplink("bielefeld", count, known=known, at=clock.now() + timedelta(seconds=count - 5))
        headers = {"Authorization": f"Bearer {door['token']}"}
        answer = client.post(f"/ingest/{path}", message, content_type="application/json", headers=headers)
        assert answer.status_code == (200 if known else 202), answer.content

    (shown,) = sources_read.sources_overview(at=clock.now())
    assert (shown.source.slug, shown.uplinks, shown.devices, shown.candidates) == (connecting.SLUG, 3, 2, 1)
    assert Observation.objects.count() == 4
    assert Candidate.objects.get().payload_key == "soil_moisture"
    assert Quarantined.objects.filter(source=Source.objects.get().batch_source).count() == 1
    assert all("Simulator" in stream.name and "Simulator" in stream.thing.name for stream in Datastream.objects.all())


@pytest.mark.django_db
def test_connecting_twice_is_as_once_and_only_the_later_token_works(client: Client) -> None:
    first, second = connecting.connect(), connecting.connect()

    assert (Source.objects.count(), Mapping.objects.count(), Datastream.objects.count()) == (1, 2, 2)
    assert first["url"] == second["url"]
    for token, status in ((first["token"], 401), (second["token"], 200)):
        message = uplink("bielefeld", 1, known=True, at=clock.now())
        path = "/ingest/" + second["url"].partition("/ingest/")[2]
        headers = {"Authorization": f"Bearer {token}"}
        answer = client.post(path, message, content_type="application/json", headers=headers)
        assert answer.status_code == status
    assert SourceDevice.objects.get().thing is not None
