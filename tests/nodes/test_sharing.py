"""Journeys of readings: from a gateway in Bielefeld to Detmold, as far as the terms allow and no further."""

from __future__ import annotations

import math
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from tests.nodes.region import BIELEFELD, DETMOLD, HERFORD, HOURLY, MIDNIGHT, NAMES, RAW, Region

pytestmark = [pytest.mark.xdist_group("nodes"), pytest.mark.timeout(900)]
HOUR_US = 3_600_000_000


def test_a_reading_posted_in_bielefeld_is_readable_in_detmold_under_an_agreement(region: Region) -> None:
    slug, key = region.share(RAW)
    region.agree(slug)
    now = datetime.now(tz=UTC).replace(microsecond=0)
    region.record(f"{key}/t", {now: 21.5})
    region.until(lambda: region.replica(slug)["rows"] == 1, "the reading arrives")
    assert region.replica(slug)["values"] == [[now.isoformat(), 0, 21.5]]
    owner, replica = region.digests(slug)
    assert owner == replica


def test_without_an_agreement_a_trusted_peer_finds_nothing(region: Region) -> None:
    slug, key = region.share(RAW)
    uid = region.agree(slug)
    region.record(f"{key}/t", {MIDNIGHT: 1.0})
    region.caught_up(slug)
    stranger = region.ask(HERFORD, "page", owner=NAMES[BIELEFELD], uid=uid)
    nowhere = region.ask(HERFORD, "page", owner=NAMES[BIELEFELD], uid=f"urn:uuid:{uuid.uuid4()}")
    assert stranger == nowhere, "it cannot even tell that others have an agreement"
    assert (stranger["status"], stranger["rows"]) == (404, [])
    assert region.ask(DETMOLD, "page", owner=NAMES[BIELEFELD], uid=uid)["status"] == 200
    assert region.replica(slug, HERFORD)["rows"] == 0


def test_raw_readings_never_leave_when_the_terms_say_hourly(region: Region) -> None:
    slug, key = region.share(HOURLY)
    raw = {MIDNIGHT + timedelta(minutes=7 * index): 10.0 + index / 7 for index in range(60)}
    raw[datetime.now(tz=UTC)] = 99.0  # an hour that is not over yet
    region.record(f"{key}/t", raw)
    uid = region.agree(slug)
    rows = region.ask(DETMOLD, "page", owner=NAMES[BIELEFELD], uid=uid)["rows"]
    hours = {moment.replace(minute=0) for moment in raw if moment.date() == MIDNIGHT.date()}
    assert len(rows) == 2 * len(hours), "a mean and a count for every hour, nothing else"
    assert {span for _stream, _time, span, _result in rows} == {3600}
    assert all(time % HOUR_US == 0 for _stream, time, _span, _result in rows)
    means = sorted(result for stream, _time, _span, result in rows if stream % 8 == 1)
    assert not set(means) & set(raw.values())
    wanted = sorted(
        math.fsum(inside) / len(inside)
        for hour in hours
        for inside in [[value for moment, value in raw.items() if hour <= moment < hour + timedelta(hours=1)]]
    )
    assert means == pytest.approx(wanted)
    held = region.caught_up(slug)
    assert held["rows"] == len(rows)
    assert {span for _time, span, _result in held["values"]} == {3600}
    assert not {result for _time, _span, result in held["values"]} & set(raw.values())


def test_a_late_reading_moves_the_hour_it_belongs_to(region: Region) -> None:
    slug, key = region.share(HOURLY)
    region.record(f"{key}/t", {MIDNIGHT + timedelta(minutes=minute): 10.0 for minute in (5, 25)})
    region.agree(slug)
    region.record(f"{key}/t", {MIDNIGHT + timedelta(minutes=45): 40.0})
    means = [[MIDNIGHT.isoformat(), 3600, value] for value in (3.0, 20.0)]
    region.until(lambda: region.replica(slug)["values"] == means, "count 3 and mean 20")
    owner, replica = region.digests(slug)
    assert owner == replica


def test_corrections_and_deletions_follow(region: Region) -> None:
    slug, key = region.share(RAW)
    moments = [MIDNIGHT + timedelta(minutes=index) for index in range(4)]
    region.record(f"{key}/t", {moment: float(index) for index, moment in enumerate(moments)})
    region.agree(slug)
    assert region.caught_up(slug)["rows"] == 4
    region.record(f"{key}/t", {moments[1]: 11.0})
    erased = region.ask(BIELEFELD, "erase", key=f"{key}/t", start=moments[2].isoformat(), end=moments[3].isoformat())
    assert erased == 1
    wanted = [[moments[0].isoformat(), 0, 0.0], [moments[1].isoformat(), 0, 11.0], [moments[3].isoformat(), 0, 3.0]]
    region.until(lambda: region.replica(slug)["values"] == wanted, "one corrected, one gone")
    owner, replica = region.digests(slug)
    assert owner == replica


def test_a_renamed_sensor_and_a_new_stream_are_followed(region: Region) -> None:
    slug, key = region.share(RAW)
    region.record(f"{key}/t", {MIDNIGHT: 1.0})
    region.agree(slug)
    region.ask(BIELEFELD, "device", key=key, name="Mast am Jahnplatz", streams=["t", "humidity"])
    region.record(f"{key}/humidity", {MIDNIGHT: 60.0})
    region.ask(BIELEFELD, "members", slug=slug, keys=[f"{key}/t", f"{key}/humidity"])
    region.record(f"{key}/t", {MIDNIGHT + timedelta(minutes=1): 2.0})
    region.until(lambda: region.replica(slug)["rows"] == 3, "history of the new stream and news of the old")
    streams = region.replica(slug)["streams"]
    assert sorted(row["name"] for row in streams) == ["Mast am Jahnplatz humidity", "Mast am Jahnplatz t"]
    assert {row["thing"] for row in streams} == {"Mast am Jahnplatz"}
    owner, replica = region.digests(slug)
    assert owner == replica
