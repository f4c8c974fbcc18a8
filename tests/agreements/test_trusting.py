"""A peer that is no longer trusted gets nothing and gives nothing; removed for good, its agreements end."""

from __future__ import annotations

import pytest

from apps.agreements import selectors, services
from apps.agreements.models import Agreement, Negotiation, Outbox, Transfer
from apps.peers.models import Peer
from tests.agreements.region import ASKER, OWNER, Region, make_offer
from tests.agreements.test_negotiating import ask


@pytest.fixture
def flowing(region: Region) -> Region:
    """A region in which data flow under one agreement."""
    with region.on(OWNER):
        make_offer()
    ask(region)
    region.settle()
    return region


def to(state: str) -> Peer:
    Peer.objects.update(state=state)
    return Peer.objects.get()


def test_a_suspended_peer_reads_nothing_until_it_is_resumed(flowing: Region) -> None:
    with flowing.on(OWNER):
        agreement, peer = Agreement.objects.get(), to("suspended")
        assert selectors.active(agreement.uid, peer) is None
        assert services.follow_trust(peer=peer) == 1
        assert services.follow_trust(peer=peer) == 0
        assert Transfer.objects.get().halted == "trust"
        assert selectors.open_to(peer) == []
        peer = to("trusted")
        assert services.follow_all_trust() == 1
        assert selectors.active(agreement.uid, peer) == agreement


def test_a_lost_event_is_made_up_for_by_the_tick(flowing: Region) -> None:
    with flowing.on(ASKER):
        to("suspended")
        assert services.follow_all_trust() == 1
        assert services.follow_all_trust() == 0


def test_a_removed_peer_loses_its_agreements_and_is_told_nothing(flowing: Region) -> None:
    with flowing.on(OWNER):
        peer = to("removed")
        services.follow_all_trust()
        assert Agreement.objects.get().state == "terminated"
        assert Transfer.objects.get().state == "TERMINATED"
        assert not Outbox.objects.pending().exists()
        assert services.follow_trust(peer=peer) == 0


def test_a_removed_peers_open_negotiations_end(region: Region) -> None:
    with region.on(OWNER):
        make_offer(standing=False)
    ask(region)
    region.settle()
    with region.on(OWNER):
        services.follow_trust(peer=to("removed"))
        assert Negotiation.objects.get().state == "TERMINATED"
        assert Negotiation.objects.get().waiting_since is None
