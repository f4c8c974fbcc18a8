"""Transfers: data stop at once and only then is the peer told; nothing starts without an agreement in force."""

from __future__ import annotations

from typing import Any

import pytest

from apps.agreements import selectors, services
from apps.agreements.errors import InvalidMove, UnknownFormat
from apps.agreements.models import Agreement, Outbox, Transfer
from apps.core.errors import Conflict, Invalid, NotFound
from apps.peers.models import Peer
from apps.wire.dsp import transfer as wire
from tests.agreements.region import ASKER, OWNER, Node, Region, Sent, befriend, make_offer
from tests.agreements.test_negotiating import ask


@pytest.fixture
def flowing(region: Region) -> Region:
    """A region in which data flow under one agreement."""
    with region.on(OWNER):
        make_offer()
    ask(region)
    region.settle()
    return region


def both(region: Region) -> list[tuple[str, str]]:
    found = []
    for node in (OWNER, ASKER):
        with region.on(node):
            row = Transfer.objects.latest("id")
            found.append((row.state, row.halted))
    return found


def readable(region: Region, node: Node) -> bool:
    with region.on(node):
        row = Agreement.objects.get()
        return selectors.active(row.uid, row.peer) is not None


@pytest.mark.parametrize("side", [OWNER, ASKER], ids=["provider", "consumer"])
def test_a_suspension_counts_at_once_and_is_undone_by_whoever_made_it(flowing: Region, side: Node) -> None:
    other = ASKER if side is OWNER else OWNER
    with flowing.on(side):
        services.suspend_transfer(transfer=Transfer.objects.get(), reason="maintenance")
    assert not readable(flowing, side)
    assert readable(flowing, other)
    flowing.settle()
    assert not readable(flowing, other)
    assert [state for state, _halted in both(flowing)] == ["SUSPENDED", "SUSPENDED"]
    with flowing.on(other):
        assert "maintenance" in Transfer.objects.get().error
        with pytest.raises(InvalidMove):
            services.resume_transfer(transfer=Transfer.objects.get())
    with flowing.on(side):
        services.resume_transfer(transfer=Transfer.objects.get())
    flowing.settle()
    assert both(flowing) == [("STARTED", ""), ("STARTED", "")]
    assert readable(flowing, OWNER)
    assert readable(flowing, ASKER)


def test_an_ended_transfer_leaves_the_agreement_and_can_be_asked_for_again(flowing: Region) -> None:
    with flowing.on(OWNER):
        services.terminate_transfer(transfer=Transfer.objects.get(), reason="moved")
    flowing.settle()
    assert not readable(flowing, ASKER)
    with flowing.on(ASKER):
        services.request_again(agreement=Agreement.objects.get())
        with pytest.raises(InvalidMove):
            services.request_again(agreement=Agreement.objects.get())
    flowing.settle()
    assert both(flowing) == [("STARTED", ""), ("STARTED", "")]
    assert readable(flowing, OWNER)


def request(agreement: str, **change: Any) -> wire.TransferRequestMessage:
    values = {
        "consumer_pid": "urn:uuid:77",
        "agreement_id": agreement,
        "format": "OwlFeed-PULL",
        "callback_address": f"{ASKER.base_url}/dsp/2025-1",
    }
    return wire.TransferRequestMessage(**{**values, **change})


def test_no_data_are_started_without_an_agreement_in_force(flowing: Region) -> None:
    with flowing.on(OWNER):
        peer, uid = Peer.objects.get(), Agreement.objects.get().uid
        stranger = befriend(OWNER, Node("detmold", "none", 8303))
        with pytest.raises(NotFound):
            services.receive_transfer_request(peer=peer, message=request("urn:uuid:1"))
        with pytest.raises(NotFound):
            services.receive_transfer_request(
                peer=stranger, message=request(uid, callback_address=f"{stranger.base_url}/dsp")
            )
        with pytest.raises(UnknownFormat):
            services.receive_transfer_request(peer=peer, message=request(uid, format="HttpData-PULL"))
        services.end(agreement=Agreement.objects.get(), kind="withdrawn", by=OWNER.did)
        with pytest.raises(NotFound):
            services.receive_transfer_request(peer=peer, message=request(uid))


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9999/dsp",
        "https://127.0.0.1:8302/dsp",
        "http://127.0.0.1:8302.evil.example/dsp",
        "http://user@127.0.0.1:8302/dsp",
        "http://127.0.0.1:8302/dsp/../admin",
        "http://127.0.0.1:8302/dsp?x=1",
        "http://127.0.0.1:8302/dsp%2f..",
    ],
)
def test_an_address_outside_of_the_peers_own_is_refused(flowing: Region, address: str) -> None:
    with flowing.on(OWNER), pytest.raises(Invalid) as caught:
        services.receive_transfer_request(
            peer=Peer.objects.get(), message=request(Agreement.objects.get().uid, callback_address=address)
        )
    assert caught.value.code == "foreign-address"


def test_a_repeated_request_meets_its_transfer_and_a_reused_id_is_refused(flowing: Region) -> None:
    with flowing.on(OWNER):
        peer, uid = Peer.objects.get(), Agreement.objects.get().uid
        first = services.receive_transfer_request(peer=peer, message=request(uid))
        assert services.receive_transfer_request(peer=peer, message=request(uid)) == first
        assert Outbox.objects.filter(transfer=first).count() == 1
        with pytest.raises(Conflict):
            services.receive_transfer_request(
                peer=peer, message=request(uid, callback_address=f"{ASKER.base_url}/elsewhere")
            )


def test_a_feed_outside_of_the_owners_address_is_never_pulled_from(region: Region) -> None:
    def divert(sent: Sent) -> str:
        if sent.body.get("@type") == "TransferStartMessage":
            sent.body["dataAddress"]["endpoint"] = "http://evil.example/feed"
        return ""

    region.fault = divert
    with region.on(OWNER):
        make_offer()
    ask(region)
    region.settle()
    with region.on(ASKER):
        assert Transfer.objects.get().state == "REQUESTED"
        assert Transfer.objects.get().endpoint == ""
    with region.on(OWNER):
        assert "evil.example" in Transfer.objects.get().error


def test_a_completed_transfer_is_taken_in(flowing: Region) -> None:
    with flowing.on(OWNER):
        row = Transfer.objects.get()
        message = wire.TransferCompletionMessage(row.provider_pid, row.consumer_pid)
        done = services.receive_transfer_stop(peer=row.peer, message=message, pid=row.provider_pid)
        assert (done.state, done.halted) == ("COMPLETED", "peer")
        assert services.receive_transfer_stop(peer=row.peer, message=message, pid=row.provider_pid).state == "COMPLETED"
        with pytest.raises(InvalidMove):
            services.receive_transfer_start(
                peer=row.peer,
                message=wire.TransferStartMessage(row.provider_pid, row.consumer_pid),
                pid=row.provider_pid,
            )
