"""The same message on two connections at once, and both sides ending at once: one effect, no deadlock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from apps.agreements import services
from apps.agreements.models import Agreement, Negotiation, Outbox, Transfer
from apps.peers import clients
from apps.peers.models import Peer
from apps.wire.dsp import negotiation, policy, transfer
from tests.agreements.region import ASKER, OWNER, befriend, make_offer

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run all at the same moment on connections of their own; what each returned or raised."""
    ready = threading.Barrier(len(works))
    results: list[object] = [None] * len(works)

    def run(index: int, work: Callable[[], object]) -> None:
        ready.wait()
        try:
            results[index] = work()
        except Exception as error:  # told to the test below
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture
def peer(transactional_db: None, quiet: None, settings: Any) -> Peer:
    """Herford as Bielefeld knows it."""
    settings.NODE = settings.NODE.model_copy(update={"base_url": OWNER.base_url})
    return befriend(OWNER, ASKER)


def first_request(offer: Any) -> negotiation.ContractRequestMessage:
    return negotiation.ContractRequestMessage(
        consumer_pid="urn:uuid:1",
        offer=policy.offer_for_message(offer.policy, target=offer.target),
        callback_address=f"{ASKER.base_url}/dsp/2025-1",
    )


def conclude(peer: Peer, offer: Any) -> Agreement:
    """An agreement in force with a started transfer, the peer's messages fed in by hand."""
    row = services.receive_contract_request(peer=peer, message=first_request(offer))
    verified = negotiation.ContractAgreementVerificationMessage(row.provider_pid, row.consumer_pid)
    Outbox.objects.filter(outcome="pending").update(sent_at=row.created_at)
    services.receive_verification(peer=peer, message=verified, pid=row.provider_pid)
    Outbox.objects.filter(outcome="pending").update(sent_at=row.created_at)
    uid = Negotiation.objects.get().agreement["@id"]  # type: ignore[index]
    request = transfer.TransferRequestMessage("urn:uuid:2", uid, "OwlFeed-PULL", f"{ASKER.base_url}/dsp/2025-1")
    services.receive_transfer_request(peer=peer, message=request)
    agreement: Agreement = Agreement.objects.get()
    return agreement


def test_the_same_first_request_twice_at_once_makes_one_negotiation(peer: Peer) -> None:
    message = first_request(make_offer(standing=False))
    works = [lambda: services.receive_contract_request(peer=peer, message=message)] * 3
    results = at_once(*works)
    assert {row.pk for row in results} == {Negotiation.objects.get().pk}  # type: ignore[attr-defined]


def test_both_sides_end_an_agreement_at_once(peer: Peer) -> None:
    agreement = conclude(peer, make_offer())
    process = Transfer.objects.get()
    Outbox.objects.filter(outcome="pending").update(sent_at=process.created_at)
    goodbye = transfer.TransferTerminationMessage(
        process.provider_pid, process.consumer_pid, code="agreement-terminated", reason=("enough",)
    )
    results = at_once(
        lambda: services.end(agreement=agreement, kind="withdrawn", by=OWNER.did),
        lambda: services.receive_transfer_stop(peer=peer, message=goodbye, pid=process.provider_pid),
        lambda: services.end(agreement=agreement, kind="terminated", by=OWNER.did),
    )
    assert not [one for one in results if isinstance(one, Exception)]
    assert Agreement.objects.get().state in {"withdrawn", "terminated"}
    assert Transfer.objects.get().state == "TERMINATED"


def test_a_message_is_drained_by_one_worker_only(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> None:
    services.receive_contract_request(peer=peer, message=first_request(make_offer()))
    posted: list[str] = []

    def send(**call: Any) -> Any:
        posted.append(call["path"])
        raise RuntimeError("the wire is cut")

    monkeypatch.setattr(clients, "send", send)
    at_once(services.drain_outbox, services.drain_outbox, services.drain_outbox)
    assert len(posted) == 1
