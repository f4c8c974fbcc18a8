"""POST /ingest/v1/sources/<slug>: who may write, what is answered, and that nothing is lost on the way."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core import clock
from apps.ingest import envelope, throttle
from apps.sensors.models import Observation, Quarantined
from apps.sources import services as sources
from apps.sources.models import Source, SourceHour
from apps.sources.types import ConversionName, Format
from tests.ingest.payloads import examples
from tests.sources.builders import mapped, source, stream

pytestmark = pytest.mark.django_db
EUI = "70b3d57ed0000001"


@dataclass(frozen=True)
class Hook:
    """A webhook that sends to a source with its token."""

    client: Client
    row: Source
    secret: str

    def post(self, body: Any, *, rest: str = "", **headers: str) -> Any:
        """Send a body: bytes as they are, anything else as JSON; the test client's response."""
        sent = body if isinstance(body, bytes) else json.dumps(body)
        kind = headers.pop("content_type", "application/json")
        told = {"Authorization": f"Bearer {self.secret}"} | headers
        return self.client.post(f"/ingest/v1/sources/{self.row.slug}{rest}", data=sent, content_type=kind, headers=told)


def hook(client: Client, slug: str = "lora", **more: Any) -> Hook:
    """A source with a fresh token."""
    cache.clear()
    row = source(slug, **more)
    _token, secret = sources.issue_token(source=row)
    return Hook(client, row, secret)


def test_an_uplink_is_answered_with_its_account_and_known_when_it_comes_again(client: Client) -> None:
    lora = hook(client)
    mapped(lora.row, "temperature", device=EUI)
    first = lora.post(examples.THINGS_STACK)
    assert first.status_code == 200
    assert first.json() == {
        "messages": 1, "accepted": 1, "corrected": 0, "unchanged": 0, "flagged": 0, "ignored": 0, "quarantined": 4,
        "duplicates": 0, "reasons": ["unknown-key"],
    }  # fmt: skip
    again = lora.post(examples.THINGS_STACK).json()
    assert (again["duplicates"], again["accepted"], again["quarantined"]) == (1, 0, 0)
    assert Observation.objects.get().result == 21.5
    assert Quarantined.objects.count() == 4


def test_what_nobody_mapped_yet_is_accepted_for_later(client: Client) -> None:
    answer = hook(client).post(examples.THINGS_STACK)
    assert (answer.status_code, answer.json()["quarantined"]) == (202, 5)


def test_chirpstack_by_its_query_and_other_events_by_name(client: Client) -> None:
    lora = hook(client, format=Format.CHIRPSTACK)
    mapped(lora.row, "temperature", device=EUI)
    assert lora.post(examples.CHIRPSTACK, rest="?event=up").json()["accepted"] == 1
    answer = lora.post({}, rest="?event=join")
    assert (answer.status_code, answer.json()) == (202, {"ignored": "join"})
    assert lora.post(examples.CHIRPSTACK).json()["part"] == "event"


def test_an_airrohr_kit_shows_its_token_by_basic_authentication(client: Client) -> None:
    kit = hook(client, format=Format.AIRROHR)
    target, key = stream("kit/pressure", unit="hPa"), "BME280_pressure"
    mapped(kit.row, key, device="esp8266-7", datastream=target, unit="Pa", conversion=ConversionName.PASCAL)
    credentials = base64.b64encode(f"egal:{kit.secret}".encode()).decode()
    answer = kit.post(examples.AIRROHR, Authorization=f"Basic {credentials}", **{"X-Sensor": "esp8266-7"})
    assert answer.status_code == 200
    assert Observation.objects.get().result == 1013.25


def test_opensensemap_boxes_show_the_bare_token(client: Client) -> None:
    box = hook(client, format=Format.OPENSENSEMAP)
    mapped(box.row, "s1", device="box1")
    answer = box.post(examples.OPENSENSEMAP, rest="/boxes/box1/data", Authorization=box.secret)
    assert (answer.json()["accepted"], answer.json()["quarantined"]) == (1, 1)


def test_ngsi_ld_and_the_header_for_api_keys(client: Client) -> None:
    broker = hook(client, format=Format.NGSI_LD)
    mapped(
        broker.row, "temperature", device="urn:ngsi-ld:WeatherObserved:1", unit="K", conversion=ConversionName.KELVIN
    )
    answer = broker.post(
        examples.NGSI_LD, content_type="application/ld+json", Authorization="", **{"X-API-Key": broker.secret}
    )
    assert answer.status_code == 200
    assert Observation.objects.get().result == 21.5


def test_sensorthings_observations_go_only_where_the_source_may(client: Client) -> None:
    may, may_not = stream("lora/a"), stream("else/b")
    things = hook(client, format=Format.SENSORTHINGS, direct_prefix="lora/")
    body = {"result": 5, "phenomenonTime": "2026-05-01T12:00:00Z"}
    assert things.post(body, rest=f"/v1.1/Datastreams({may})/Observations").json()["accepted"] == 1
    assert things.post(body, rest=f"/v1.1/Datastreams({may_not})/Observations").json()["quarantined"] == 1


def test_who_may_not_write_hears_the_same_whatever_the_reason(client: Client) -> None:
    lora, other = hook(client), hook(client, "other")
    expired = sources.issue_token(source=lora.row, expires_at=clock.now() + timedelta(seconds=60))[0]
    type(expired).objects.filter(pk=expired.pk).update(expires_at=clock.now() - timedelta(seconds=1))
    _token, revoked = sources.issue_token(source=other.row)
    secrets = [other.secret, f"owl_{'0' * 10}_{'x' * 43}", "owl_x"]
    answers = [lora.post(examples.THINGS_STACK, Authorization=f"Bearer {secret}") for secret in secrets]
    nowhere = Hook(client, Source(slug="nowhere"), lora.secret)
    odd = Hook(client, Source(slug="L%C3%B6re%00"), lora.secret)
    answers += [nowhere.post(examples.THINGS_STACK), odd.post(examples.THINGS_STACK)]
    sources.revoke_tokens(source=other.row)
    answers.append(other.post(examples.THINGS_STACK, Authorization=f"Bearer {revoked}"))
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert all("Basic" in answer["WWW-Authenticate"] for answer in answers)
    assert not Observation.objects.exists()
    assert not Quarantined.objects.exists()


@pytest.mark.parametrize("header", ["", "Basic ???", "Basic YQ==", "Digest x", "Bearer nothing"])
def test_without_a_readable_secret_nothing_is_taken(client: Client, header: str) -> None:
    assert hook(client).post(examples.THINGS_STACK, Authorization=header).status_code == 401


def test_a_source_that_is_switched_off_says_so_to_its_own_token(client: Client) -> None:
    lora = hook(client)
    sources.change_source(source=lora.row, enabled=False)
    assert lora.post(examples.THINGS_STACK).status_code == 403


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b" ", {}, 400),
        (b" " * (envelope.MAX_BYTES + 1), {}, 413),
        (b"{}", {"content_type": "text/plain"}, 415),
        (b"{}", {"content_type": "application/octet-stream"}, 415),
        (b"{}", {"Content-Encoding": "gzip"}, 415),
    ],
)
def test_what_cannot_be_read_is_a_problem_and_counted(
    client: Client, body: bytes, headers: dict[str, str], status: int
) -> None:
    lora = hook(client)
    answer = lora.post(body, **headers)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    lora.row.refresh_from_db()
    assert lora.row.last_error
    assert SourceHour.objects.get().errors == 1


def test_a_message_that_cannot_be_read_is_kept_as_it_came(client: Client) -> None:
    hook(client).post(b'{"uplink_message": 7}')
    kept = Quarantined.objects.get()
    assert (kept.source, kept.payload) == ("source:lora", '{"uplink_message": 7}')


def test_a_simulated_uplink_is_refused_and_not_kept(client: Client) -> None:
    answer = hook(client).post(examples.THINGS_STACK | {"simulated": True})
    assert (answer.status_code, answer.json()["code"]) == (400, "simulated-uplink")
    assert not Quarantined.objects.exists()


def test_only_post_is_answered(client: Client) -> None:
    assert client.get("/ingest/v1/sources/lora").status_code == 405


def test_too_many_calls_are_429(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throttle, "SOURCE_CALLS", 2)
    lora = hook(client)
    assert 429 in [lora.post({}).status_code for _ in range(6)]  # a minute may end in between


def test_a_secret_stands_in_no_log(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    lora = hook(client)
    with caplog.at_level("DEBUG"):
        lora.post(b"{")
        lora.post(examples.THINGS_STACK)
    assert lora.secret not in caplog.text


@given(body=st.binary(max_size=60), rest=st.sampled_from(["", "/", "?event=up", "/a/b/c", "/boxes/%00/data"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_any_bytes_are_answered(client: Client, body: bytes, rest: str) -> None:
    for format in (Format.THINGS_STACK, Format.OPENSENSEMAP):
        slug = f"fuzz-{format}"
        row = Source.objects.filter(slug=slug).first()
        fuzz = Hook(client, row, sources.issue_token(source=row)[1]) if row else hook(client, slug, format=format)
        assert fuzz.post(body or b" ", rest=rest).status_code in {200, 202, 400, 413}
        assert fuzz.post(b'{"a": ' + body + b"}", rest=rest).status_code in {200, 202, 400, 413}
