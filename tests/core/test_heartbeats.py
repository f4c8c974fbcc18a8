"""Heartbeats: the newest process of a name holds it, the one before learns that it was replaced."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from apps.core import heartbeats
from apps.core.errors import LeaseLost
from apps.core.models import Heartbeat

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


@pytest.mark.django_db
def test_the_newest_holds_the_name_and_finds_what_the_one_before_left() -> None:
    first = heartbeats.begin("mqtt_bridge", at=START)
    heartbeats.beat(first, at=START, report={"connected": True}, memory={"filters": ["a/#"]})
    second = heartbeats.begin("mqtt_bridge", at=START)
    assert second.memory == {"filters": ["a/#"]}
    assert Heartbeat.objects.get().report == {}
    with pytest.raises(LeaseLost, match="mqtt_bridge"):
        heartbeats.beat(first, at=START, memory={})
    assert Heartbeat.objects.get().memory == {"filters": ["a/#"]}


@pytest.mark.django_db
def test_dead_is_who_is_silent_without_having_ended() -> None:
    pulse = heartbeats.begin("mqtt_bridge", at=START)
    assert not heartbeats.is_dead(Heartbeat.objects.get(), at=START + timedelta(seconds=60))
    assert heartbeats.is_dead(Heartbeat.objects.get(), at=START + timedelta(seconds=61))
    heartbeats.end(pulse, at=START)
    assert not heartbeats.is_dead(Heartbeat.objects.get(), at=START + timedelta(days=1))
    heartbeats.begin("mqtt_bridge", at=START)
    assert not heartbeats.is_dead(Heartbeat.objects.get(), at=START)
