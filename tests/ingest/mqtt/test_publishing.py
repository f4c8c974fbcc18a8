"""The publisher: what everybody may read is announced, nothing else, and nothing is left out when it is killed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.types import Role
from apps.catalogue import services as catalogue
from apps.catalogue.models import TermsVersion
from apps.core import clock, heartbeats
from apps.core.errors import Invalid, LeaseLost, Unavailable
from apps.core.models import Heartbeat
from apps.holdings.selectors import News
from apps.ingest.mqtt import addresses, rendering
from apps.ingest.mqtt.outlet import BrokerOutlet
from apps.ingest.mqtt.publishing import NAME, Publisher
from apps.ingest.mqtt.rendering import Announcement
from apps.policies import terms as language
from apps.sensors import services as sensors
from apps.sensors.types import Device, ObservedPropertySpec, Readings, SensorSpec, StreamSpec, micros
from owlnode.embedded.mosquitto import Mosquitto
from tests.ingest.mqtt.conftest import Gateway, wait_until

ROOT = "https://daten.example/sta/v1.1"
MINUTE = timedelta(minutes=1)


@dataclass
class Board:
    """A hand-written outlet: keeps what was announced, or is away."""

    said: list[Announcement] = field(default_factory=list)
    away: bool = False

    def publish(self, announcements: Iterable[Announcement]) -> int:
        """Keep them – also those before a failure, as a broker would."""
        new = list(announcements)
        self.said += new
        if self.away:
            raise Unavailable("away")
        return len(new)

    def under(self, topic: str) -> list[Any]:
        """What was said under a topic, and forget everything."""
        found = [json.loads(payload) for name, payload in self.said if name == topic]
        self.said = []
        return found


@dataclass(frozen=True)
class City:
    """Datastreams by name, and a publisher before a board."""

    streams: dict[str, int]
    board: Board
    publisher: Publisher

    def record(self, name: str, *results: float | None, at: datetime, **more: Any) -> None:
        """Readings from ``at`` on, a minute apart, numbered."""
        times = [micros(at + number * MINUTE) for number in range(len(results))]
        values = [np.nan if value is None else value for value in results]
        sensors.record(
            readings=Readings.build(datastream=[self.streams[name]] * len(times), time=times, result=values, **more),
            source="test",
        )
        sensors.sequence()

    def results(self, name: str) -> list[Any]:
        """What has been announced of a datastream since the last look."""
        found = self.board.under(f"v1.1/Datastreams({self.streams[name]})/Observations")
        return [entity["result"] for entity in found]


@pytest.fixture
def city(db: None) -> City:
    """An open datastream, one with an hour's delay, one whose small counts are suppressed, and one kept private."""
    sensor, observed = SensorSpec(external_key="s", name="S"), ObservedPropertySpec(external_key="p", name="P")
    specs = tuple(
        StreamSpec(
            external_key=name,
            name=name,
            sensor=sensor,
            observed_property=observed,
            kind="count" if name == "few" else "measure",
        )
        for name in ("open", "late", "few", "private")
    )
    streams = sensors.register(devices=[Device(external_key="t", name="T", streams=specs)])
    department = accounts.create_department(slug="umwelt", name_de="Umwelt", name_en="Environment")
    people = [accounts.create_person(username=role, password=None) for role in (Role.STEWARD, Role.OWNER)]
    for role, person in zip((Role.STEWARD, Role.OWNER), people, strict=True):
        accounts.assign_role(user=person, role=role, department=department)
    terms: dict[str, dict[str, Any]] = {
        "open": {"visibility": "public"},
        "late": {"visibility": "public", "delay": "PT1H"},
        "few": {"visibility": "public", "suppress_below": 3},
        "private": {"visibility": "peers"},
    }
    for name, mapping in terms.items():
        dataset = catalogue.create_dataset(
            identifier=name, title_de=name, department=department, sensitivity="environment"
        )
        catalogue.set_members(dataset=dataset, datastream_ids=[streams[name]])
        draft = catalogue.draft_terms(dataset=dataset, terms=language.parse(mapping))
        catalogue.release(version=catalogue.prepare(version=draft, user=people[0]), user=people[1])
    board = Board()
    publisher = Publisher(board, heartbeats.begin(NAME, at=clock.now()), ROOT, threading.Event())
    publisher.once(at=clock.now())
    return City(streams, board, publisher)


def test_an_observation_is_announced_to_all_and_to_its_datastream(city: City) -> None:
    at = datetime(2026, 5, 1, 12, tzinfo=UTC)
    city.publisher.selects = rendering.selections("result;phenomenonTime,result")
    city.record("open", 21.5, at=at, span=900)
    city.publisher.once(at=clock.now())
    number = city.streams["open"]
    own = f"v1.1/Datastreams({number})/Observations"
    assert [topic for topic, _payload in city.board.said] == [
        "v1.1/Observations",
        own,
        f"{own}?$select=result",
        f"{own}?$select=phenomenonTime,result",
        "v1.1/Datastreams",
        f"v1.1/Datastreams({number})",
    ]
    said = {topic: json.loads(payload) for topic, payload in city.board.said}
    assert said[own] == said["v1.1/Observations"]
    assert said[own]["phenomenonTime"] == "2026-05-01T12:00:00Z/2026-05-01T12:15:00Z"
    assert said[f"{own}?$select=result"] == {"result": 21.5}
    assert said[f"v1.1/Datastreams({number})"]["phenomenonTime"] == "2026-05-01T12:00:00Z/2026-05-01T12:00:00Z"
    link = said[own]["@iot.selfLink"]
    assert link == f"{ROOT}/Observations({said[own]['@iot.id']})"


def test_a_correction_is_announced_again_and_a_repetition_is_not(city: City) -> None:
    at = datetime(2026, 5, 1, 12, tzinfo=UTC)
    for value in (1.0, 1.0, 2.0):
        city.record("open", value, at=at)
    city.publisher.once(at=clock.now())
    assert city.results("open") == [2.0]  # the corrected value no longer stands, so it is no news
    city.record("open", 3.0, at=at)
    city.publisher.once(at=clock.now())
    assert city.results("open") == [3.0]


def test_what_is_not_public_never_goes_out(city: City) -> None:
    city.record("private", 1.0, at=clock.now() - MINUTE)
    city.publisher.once(at=clock.now())
    assert city.board.said == []


def test_small_counts_are_no_news(city: City) -> None:
    city.record("few", 0.0, 1.0, 2.0, 3.0, at=datetime(2026, 5, 1, tzinfo=UTC))
    city.publisher.once(at=clock.now())
    assert city.results("few") == [0.0, 3.0]


def test_a_delayed_value_is_announced_when_its_time_has_come(city: City) -> None:
    now = clock.now()
    city.record("late", 1.0, at=now - timedelta(hours=2))
    city.record("late", 2.0, at=now - timedelta(minutes=30))
    city.publisher.once(at=now)
    assert city.results("late") == [1.0]
    city.publisher.once(at=now + timedelta(minutes=29))
    assert city.results("late") == []
    city.publisher.once(at=now + timedelta(minutes=31))
    assert city.results("late") == [2.0]
    city.publisher.once(at=now + timedelta(minutes=60))
    assert city.results("late") == []


def test_of_a_delayed_datastream_the_newest_time_is_not_told(city: City) -> None:
    city.record("late", 1.0, at=clock.now() - timedelta(hours=2))
    city.publisher.once(at=clock.now())
    told = city.board.under(f"v1.1/Datastreams({city.streams['late']})")
    assert "phenomenonTime" not in told[0]


def test_after_a_withdrawal_nothing_more_goes_out(city: City) -> None:
    version = TermsVersion.objects.get(dataset__identifier="open")
    catalogue.withdraw_release(version=version, user=User.objects.get(username=Role.OWNER))
    city.record("open", 1.0, at=clock.now() - MINUTE)
    city.publisher.once(at=clock.now())
    assert city.board.said == []


def test_what_the_broker_did_not_confirm_is_said_again(city: City) -> None:
    city.record("open", 1.0, at=clock.now() - MINUTE)
    city.board.away = True
    with pytest.raises(Unavailable):
        city.publisher.once(at=clock.now())
    city.board.away = False
    city.board.said = []
    city.publisher.once(at=clock.now())
    assert city.results("open") == [1.0]


def test_another_process_goes_on_where_this_one_was(city: City) -> None:
    city.record("open", 1.0, at=clock.now() - 3 * MINUTE)
    city.publisher.once(at=clock.now())
    city.board.said = []
    city.record("open", 2.0, at=clock.now() - 2 * MINUTE)
    after = Publisher(city.board, heartbeats.begin(NAME, at=clock.now()), ROOT, threading.Event())
    after.once(at=clock.now())
    assert city.results("open") == [2.0]
    city.record("open", 3.0, at=clock.now() - MINUTE)
    with pytest.raises(LeaseLost):
        city.publisher.once(at=clock.now())


def test_history_is_no_news(city: City) -> None:
    city.record("open", 1.0, at=clock.now() - MINUTE)
    Heartbeat.objects.all().delete()
    first = Publisher(city.board, heartbeats.begin(NAME, at=clock.now()), ROOT, threading.Event())
    first.once(at=clock.now())
    assert city.board.said == []


def test_after_a_restore_it_goes_on_from_the_present(city: City) -> None:
    sensors.bump_epoch(reason="restored")
    city.record("open", 1.0, at=clock.now() - 2 * MINUTE)
    city.publisher.once(at=clock.now())
    city.board.said = []
    city.record("open", 2.0, at=clock.now() - MINUTE)
    city.publisher.once(at=clock.now())
    assert city.results("open") == [2.0]


def test_results_that_are_no_numbers_and_what_stands_beside(city: City) -> None:
    extra = json.dumps({"result": {"a": [1, True]}, "quality": "good", "parameters": {"battery": 3.6}})
    news = News(
        5, 1, datetime(2026, 5, 1, 12, 0, 0, 500_000, UTC), 0, None, datetime(2026, 5, 1, tzinfo=UTC), None, extra
    )
    entity = rendering.observation(news, root=ROOT)
    assert entity["result"] == {"a": [1, True]}
    assert (entity["resultQuality"], entity["parameters"]) == ("good", {"battery": 3.6})
    assert (entity["phenomenonTime"], entity["resultTime"]) == ("2026-05-01T12:00:00.500Z", "2026-05-01T00:00:00Z")


def test_a_selection_of_what_no_observation_has_is_refused() -> None:
    with pytest.raises(Invalid, match="name"):
        rendering.selections("result;name")


def test_a_subscriber_at_a_real_broker_hears_it(city: City, broker: Mosquitto, gateway: Gateway) -> None:
    gateway.listen("v1.1/#")
    outlet = BrokerOutlet(addresses.parse(broker.url()), client_id="publisher", did="did:web:daten.example")
    city.publisher.outlet = outlet
    try:
        city.record("open", *[float(number) for number in range(50)], at=datetime(2026, 5, 1, tzinfo=UTC))
        city.publisher.once(at=clock.now())
        wait_until(lambda: len(gateway.heard) >= 102, "all announcements came")
        broker.stop()
        city.record("open", 99.0, at=datetime(2026, 5, 2, tzinfo=UTC))
        with pytest.raises(Unavailable):
            city.publisher.once(at=clock.now())
        broker.start()
        wait_until(gateway.client.is_connected, "the subscriber is back")
        gateway.listen("v1.1/#")
        gateway.heard.clear()
        city.publisher.once(at=clock.now())
        wait_until(lambda: any(json.loads(one.payload).get("result") == 99.0 for one in gateway.heard), "it came")
    finally:
        outlet.close()
