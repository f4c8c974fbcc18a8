"""The outbox: whatever is lost, cut off or killed in between, the peer gets every message once in effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from apps.agreements import clients, services
from apps.agreements.errors import InvalidMove
from apps.agreements.models import Agreement, Message, Negotiation, Outbox, Transfer
from apps.core import clock
from apps.core.errors import PeerUnreachable
from apps.ledger.models import Entry
from apps.peers.models import Peer
from tests.agreements.region import ASKER, OWNER, Node, Region, Sent, befriend, make_offer
from tests.agreements.test_negotiating import WHOLE, ask

POSTED = WHOLE[1:]


def once(kind: str, fate: str) -> Callable[[Sent], str]:
    """The first message of a kind meets the fate, every other passes."""
    met: list[Sent] = []

    def fault(sent: Sent) -> str:
        if sent.body.get("@type") == kind and not met:
            met.append(sent)
            return fate
        return ""

    return fault


def settle_with_patience(region: Region) -> None:
    at = clock.now()
    for hour in range(1, 6):
        region.settle(at=at + timedelta(hours=hour))


def assert_concluded_once(region: Region) -> None:
    for node in (OWNER, ASKER):
        with region.on(node):
            assert [row.state for row in Negotiation.objects.all()] == ["FINALIZED"]
            assert [row.state for row in Transfer.objects.all()] == ["STARTED"]
            assert Agreement.objects.count() == 1
            assert Entry.objects.filter(kind="grant").count() == 1
            assert not Outbox.objects.pending().exists()
            kinds = list(Message.objects.filter(error="").values_list("kind", "direction"))
            assert len(kinds) == len(set(kinds)), "a message took effect twice"


@pytest.mark.parametrize("kind", POSTED)
def test_a_message_that_never_arrived_is_sent_again(region: Region, kind: str) -> None:
    with region.on(OWNER):
        make_offer()
    region.fault = once(kind, "lost")
    ask(region)
    settle_with_patience(region)
    assert_concluded_once(region)


@pytest.mark.parametrize("kind", POSTED)
def test_a_lost_acknowledgement_leads_to_no_second_effect(region: Region, kind: str) -> None:
    with region.on(OWNER):
        make_offer()
    region.fault = once(kind, "unacknowledged")
    ask(region)
    settle_with_patience(region)
    assert_concluded_once(region)


@pytest.mark.parametrize("kind", POSTED)
def test_a_worker_killed_right_after_sending_leaves_a_row_that_another_finishes(
    region: Region, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """kill -9 runs no handler."""

    with region.on(OWNER):
        make_offer()
    send = clients.post
    killed: list[str] = []

    def post(subject: object, act: object, body: dict[str, object]) -> dict[str, object]:
        answer = send(subject, act, body)  # type: ignore[arg-type]
        if body["@type"] == kind and not killed:
            killed.append(kind)
            raise Killed
        return answer

    monkeypatch.setattr(clients, "post", post)
    ask(region)
    at = clock.now()
    try:
        region.settle()
    except Killed:
        region._become(OWNER)
    for hour in range(1, 6):
        region.settle(at=at + timedelta(hours=hour))
    assert killed
    assert_concluded_once(region)


def test_the_peers_state_is_asked_before_anything_is_sent_again(region: Region) -> None:
    with region.on(OWNER):
        make_offer()
    region.fault = once("ContractAgreementMessage", "unacknowledged")
    ask(region)
    settle_with_patience(region)
    assert region.kinds(OWNER).count("ContractAgreementMessage") == 1


def test_a_resent_first_request_meets_the_negotiation_it_made(region: Region) -> None:
    with region.on(OWNER):
        make_offer()
    region.fault = once("ContractRequestMessage", "unacknowledged")
    ask(region)
    with region.on(ASKER):
        services.drain_outbox()
        services.drain_outbox(at=region.later())
        assert Negotiation.objects.get().provider_pid
    with region.on(OWNER):
        assert Negotiation.objects.count() == 1
    requests = [one for one in region.sent if one.body.get("@type") == "ContractRequestMessage"]
    assert [one.status for one in requests] == [201, 201]
    assert requests[0].answer["providerPid"] == requests[1].answer["providerPid"]


def test_a_lasting_silence_is_told_on_the_negotiation_and_waited_out(region: Region) -> None:
    with region.on(OWNER):
        make_offer()
    ask(region)
    region.fault = lambda sent: "lost"
    with region.on(ASKER):
        services.drain_outbox()
        row = Outbox.objects.get()
        assert (row.outcome, row.attempts) == ("pending", 1)
        assert row.next_attempt_at is not None
        assert "no route" in Negotiation.objects.get().error
        assert services.drain_outbox(at=clock.now() - timedelta(minutes=1)) == 0
    region.fault = lambda sent: ""
    settle_with_patience(region)
    assert_concluded_once(region)


def test_a_final_refusal_is_shown_in_the_peers_own_words_and_can_be_retried(region: Region) -> None:
    with region.on(OWNER):
        make_offer()
    ask(region)
    region.settle()
    with region.on(OWNER):
        services.suspend_transfer(transfer=Transfer.objects.get())
        Outbox.objects.pending().update(body={"@context": [], "@type": "TransferSuspensionMessage"})
        services.drain_outbox()
        row = Outbox.objects.filter(outcome="refused").get()
        assert "@context" in row.last_error
        assert "@context" in Transfer.objects.get().error
        assert services.retry(message=row).outcome == "pending"
        done = Outbox.objects.filter(outcome="acknowledged").first()
        assert done is not None
        with pytest.raises(InvalidMove):
            services.retry(message=done)


def test_messages_of_one_process_go_out_in_order(region: Region) -> None:
    with region.on(OWNER):
        make_offer()
    row = ask(region)
    with region.on(ASKER):
        Outbox.objects.update(sent_at=clock.now())  # the request may have arrived
        services.terminate_negotiation(negotiation=row)
        assert [one.act for one in Outbox.objects.first_in_line()] == ["request-contract"]
    region.settle()
    assert region.kinds(ASKER)[1:] == ["ContractRequestMessage", "ContractNegotiationTerminationMessage"]
    for node in (OWNER, ASKER):
        with region.on(node):
            assert Negotiation.objects.get().state == "TERMINATED"


def test_what_was_never_sent_is_taken_back_in_silence(region: Region) -> None:
    with region.on(OWNER):
        make_offer()
    row = ask(region)
    with region.on(ASKER):
        assert services.terminate_negotiation(negotiation=row).state == "TERMINATED"
        assert Outbox.objects.get().outcome == "dropped"
    region.settle()
    assert region.kinds() == ["CatalogRequestMessage"]


def test_draining_for_one_peer_leaves_the_others_messages_alone(region: Region) -> None:
    with region.on(OWNER):
        make_offer()
    ask(region)
    with region.on(ASKER):
        stranger = befriend(ASKER, Node("detmold", "none", 8303))
        assert services.drain_outbox(peer=stranger) == 0
        assert services.drain_outbox(peer=Peer.objects.get(did=OWNER.did)) == 1


def test_a_wire_that_fails_never_raises_out_of_the_drain(region: Region, monkeypatch: pytest.MonkeyPatch) -> None:
    with region.on(OWNER):
        make_offer()
    ask(region)

    def post(*_given: object) -> dict[str, object]:
        raise PeerUnreachable("breaker open")

    monkeypatch.setattr(clients, "post", post)
    with region.on(ASKER):
        assert services.drain_outbox() == 0
        assert Outbox.objects.get().attempts == 1
