"""The tick finds every duty from the database alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.agreements import services, tasks
from apps.agreements.models import Agreement, Outbox
from apps.core import clock
from apps.core.models import TaskRun
from apps.peers.models import Peer
from tests.agreements.region import ASKER, OWNER, Region, make_offer
from tests.agreements.test_negotiating import ask


def test_the_tick_rings_for_each_peer_with_messages_due(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    with region.on(OWNER):
        make_offer()
    ask(region)
    rung: list[int] = []
    monkeypatch.setattr(tasks.drain_peer, "delay", rung.append)
    with region.on(ASKER):
        tasks.tick()
        assert rung == [Peer.objects.get().pk]
        tasks.drain_peer(rung[0])
        tasks.tick()
        assert rung == [Peer.objects.get().pk]
        assert Outbox.objects.get().outcome == "acknowledged"


def test_the_tick_expires_what_ran_out(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    with region.on(OWNER):
        make_offer(valid_for="P1D")
    ask(region)
    region.settle()
    later = clock.now() + timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    with region.on(OWNER):
        tasks.tick()
        assert Agreement.objects.get().state == "expired"
        assert TaskRun.objects.filter(name="agreements.tick").count() == 1


def test_a_quiet_tick_leaves_no_trace(region: Region) -> None:
    with region.on(OWNER):
        tasks.tick()
        assert not TaskRun.objects.exists()


def test_the_tasks_for_trust_and_release_are_one_call_each(region: Region) -> None:
    with region.on(OWNER):
        offer = make_offer()
        tasks.follow_trust(Peer.objects.get().pk)
        tasks.follow_release(offer.dataset_id)
        assert services.follow_all_trust() == 0
        assert TaskRun.objects.filter(outcome="done").count() == 2
