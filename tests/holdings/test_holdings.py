"""Which datasets a reader may see, how they describe themselves, and that looking costs the same however many."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.agreements.models import Agreement
from apps.core.errors import NotFound, NotPermitted
from apps.holdings import selectors
from apps.holdings.types import Freshness, Mode
from apps.sensors.models import Datastream
from apps.sources import services as sources
from tests.holdings import city
from tests.holdings.city import DAY, HOURLY, NOON, PUBLIC

ABOUT = {
    "identifier": "herford-pegel",
    "title": {"de": "Pegel der Werre", "en": "Gauges of the Werre"},
    "description": {"de": "Wasserstände"},
    "licence": "https://www.govdata.de/dl-de/by-2-0",
    "theme": "ENVI",
    "keywords": ["Hochwasser"],
    "contact_email": "umwelt@herford.example",
}

pytestmark = pytest.mark.django_db


def test_everybody_sees_what_is_open_and_staff_what_is_theirs() -> None:
    kinds: dict[str, dict[str, Any] | None] = {
        "open": PUBLIC,
        "hourly": PUBLIC | HOURLY,
        "peers": {"visibility": "peers"},
        "draft": None,
    }
    for name, terms in kinds.items():
        city.dataset(name, [city.own(name)], terms)
    city.replica("shared", {"visibility": "peers"})
    city.replica("given", PUBLIC)
    keys = {who: [one.key for one in selectors.holdings(who, at=NOON)] for who in (None, city.person("umwelt-steward"))}
    assert keys[None] == ["hourly", "open", "given~herford.example"]
    assert keys[city.person("umwelt-steward")] == [
        "draft", "hourly", "open", "peers", "given~herford.example", "shared~herford.example",
    ]  # fmt: skip


def test_a_peer_and_a_stranger_get_no_more_than_everybody() -> None:
    city.dataset("peers", [city.own("peers")], {"visibility": "peers"})
    city.replica("shared", {"visibility": "peers"})
    for principal in (city.peer().user, city.person("stranger")):
        assert selectors.holdings(principal, at=NOON) == []


def test_what_is_hidden_and_what_never_was_are_answered_alike() -> None:
    city.dataset("peers", [city.own("peers")], {"visibility": "peers"})
    city.replica("shared", {"visibility": "peers"})
    answers = []
    for key in ("peers", "shared~herford.example", "nothing", "no~thing", ""):
        with pytest.raises(NotFound) as refused:
            selectors.holding(None, key, at=NOON)
        answers.append((refused.value.message, refused.value.part))
    assert len(set(answers)) == 1


def test_a_replica_says_whose_it_is_under_which_agreement_and_how_old() -> None:
    made = city.replica("urn:uuid:1", PUBLIC | {"retention": "P30D"}, about=ABOUT, expires_at=NOON + timedelta(days=1))
    (one,) = selectors.holdings(None, at=NOON)
    assert (one.key, one.title("de"), one.title("en")) == (
        "herford-pegel~herford.example", "Pegel der Werre", "Gauges of the Werre",
    )  # fmt: skip
    assert (one.owner_name, one.owner_did, one.is_replica) == ("Herford", city.HERFORD, True)
    assert one.description("en") == "Wasserstände"
    assert one.source is not None
    assert one.source.agreement_uid == made.agreement.uid
    assert (one.source.retention, one.source.staleness) == (timedelta(days=30), timedelta(minutes=1))


def test_two_agreements_about_one_dataset_have_two_keys() -> None:
    for _number in range(2):
        city.replica("given", PUBLIC, city.stream(f"given/{_number}"))
    keys = [one.key for one in selectors.holdings(None, at=NOON)]
    assert len(set(keys)) == 2
    assert all(selectors.holding(None, key, at=NOON).key == key for key in keys)


def test_an_ended_agreement_takes_the_dataset_away_at_once() -> None:
    city.replica("given", PUBLIC)
    Agreement.objects.update(state="terminated", ended_at=NOON)
    assert selectors.holdings(city.person("umwelt-steward"), at=NOON) == []


def test_an_own_dataset_describes_itself() -> None:
    city.dataset("open", [city.own("open")], PUBLIC, description_de="Luft", licence="https://example.org/l")
    (one,) = selectors.holdings(None, at=NOON)
    assert (one.publisher, one.owner_did) == (f"Stadt {settings.NODE.city_name}", settings.NODE.did)
    assert (one.department("de"), one.department("en")) == ("Umweltamt", "Environment")
    assert (one.mode, one.terms_number, one.visibility) == (Mode.TERMS, 1, "public")


def test_freshness_allows_for_the_delay_and_the_bucket() -> None:
    fast, slow, quiet = city.own("fast"), city.own("slow"), city.own("quiet", interval=None)
    for stream in (fast, slow, quiet):
        city.record(stream, {0.0: 1.0, 600.0: 2.0})
    city.dataset("fast", [fast], PUBLIC)
    city.dataset("slow", [slow], PUBLIC | HOURLY)
    city.dataset("quiet", [quiet], PUBLIC)
    found = {one.key: one for one in selectors.holdings(None, at=NOON)}
    assert {key: one.freshness for key, one in found.items()} == {
        "fast": Freshness.SILENT, "slow": Freshness.FRESH, "quiet": Freshness.UNKNOWN,
    }  # fmt: skip
    assert found["slow"].last_time == DAY + timedelta(hours=10)
    assert [found[key].rhythm for key in ("fast", "slow", "quiet")] == [
        timedelta(minutes=1), timedelta(hours=1), None,
    ]  # fmt: skip
    assert found["slow"].expected == timedelta(hours=2), "the delay lets it come later, not more seldom"
    soon = selectors.holding(None, "fast", at=DAY + timedelta(hours=10, minutes=3))
    assert soon.freshness is Freshness.FRESH


def test_a_recording_that_has_ended_is_neither_late_nor_silent() -> None:
    old, live = city.own("old"), city.own("live")
    for stream in (old, live):
        city.record(stream, {0.0: 1.0, 600.0: 2.0})
    Datastream.objects.filter(pk=old).update(properties={"source": "recording"})
    city.dataset("old", [old], PUBLIC)
    city.dataset("mixed", [old, live], PUBLIC)
    found = {one.key: one.freshness for one in selectors.holdings(None, at=NOON)}
    assert found == {"old": Freshness.RECORDED, "mixed": Freshness.SILENT}


def test_what_is_uploaded_in_tables_is_neither_late_nor_silent() -> None:
    sources.create_source(slug="stations", name="Stations", format="csv")
    past, table, live = city.own("past"), city.own("table"), city.own("live")
    Datastream.objects.filter(pk=past).update(properties={"source": "recording"})
    for one in (past, live):
        city.record(one, {0.0: 1.0, 600.0: 2.0})
    city.record(table, {0.0: 1.0, 600.0: 2.0}, source="source:stations")
    goes_on = city.own("goes-on")
    Datastream.objects.filter(pk=goes_on).update(properties={"source": "recording"})
    city.record(goes_on, {0.0: 1.0}, source="source:stations")
    made = {"up": [table], "both": [past, table], "some": [table, live], "on": [goes_on]}
    for name, streams in made.items():
        city.dataset(name, streams, PUBLIC)
    found = {one.key: one.freshness for one in selectors.holdings(None, at=NOON)}
    assert found == {
        "up": Freshness.UPLOADED, "both": Freshness.UPLOADED, "some": Freshness.SILENT, "on": Freshness.RECORDED,
    }  # fmt: skip


def test_nothing_younger_than_the_delay_shows_in_the_counters() -> None:
    stream = city.own("late")
    city.record(stream, {0.0: 1.0, 30.0: 1.0, 700.0: 2.0})
    city.dataset("late", [stream], PUBLIC | {"delay": "PT2H"})
    assert selectors.holding(None, "late", at=NOON).last_time == DAY + timedelta(hours=10, microseconds=0)
    whole = selectors.holding(city.person("umwelt-steward"), "late", at=NOON)
    assert (whole.last_time, whole.observation_count) == (DAY + timedelta(minutes=700), 3)


def test_looking_costs_the_same_however_many_there_are() -> None:
    counts = []
    for number in range(4):
        city.dataset(f"open-{number}", [city.own(f"open-{number}")], PUBLIC)
        city.replica(f"given-{number}", PUBLIC)
        for principal in (None, city.person("umwelt-steward")):
            with CaptureQueriesContext(connection) as queries:
                selectors.holdings(principal, at=NOON)
            counts.append(len(queries))
    assert set(counts[::2]) == {counts[0]}
    assert set(counts[1::2]) == {counts[1]}
    assert max(counts) <= 14


def test_a_holding_shown_to_one_person_opens_nothing_to_another() -> None:
    city.dataset("peers", [city.own("peers")], {"visibility": "peers"})
    whole = selectors.holding(city.person("umwelt-steward"), "peers", at=NOON)
    for other in (None, city.person("stranger"), city.peer().user):
        with pytest.raises(NotPermitted):
            selectors.series(other, whole, at=NOON)
        with pytest.raises(NotPermitted):
            next(selectors.rows(other, whole, at=NOON))
