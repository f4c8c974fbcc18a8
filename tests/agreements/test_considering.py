"""What a provider does with a request, and a consumer with an offer or agreement that is not what it seemed."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from apps.agreements import services
from apps.agreements.errors import AlreadyAgreed, InvalidMove
from apps.agreements.models import Agreement, Negotiation, Offer, Outbox
from apps.agreements.services import considering
from apps.core.errors import Invalid, NotFound, NotPermitted
from apps.ledger.models import Entry
from apps.peers.models import Peer
from apps.wire.dsp import negotiation as wire
from tests.agreements.region import ASKER, OWNER, Region, Sent, make_dataset, make_offer, make_owner, make_version
from tests.agreements.test_negotiating import ask


def states(region: Region) -> list[str]:
    found = []
    for node in (OWNER, ASKER):
        with region.on(node):
            found.append(Negotiation.objects.latest("id").state)
    return found


def test_a_restricted_offer_waits_for_its_owner(region: Region) -> None:
    with region.on(OWNER):
        make_offer(standing=False)
    ask(region)
    region.settle()
    assert states(region) == ["REQUESTED", "REQUESTED"]
    with region.on(OWNER):
        row = Negotiation.objects.get()
        assert row.waiting_since is not None
        services.decide(negotiation=row, user=make_owner(), grant=True, reason="fine")
        with pytest.raises(InvalidMove):
            services.decide(negotiation=row, user=make_owner(), grant=False)
    region.settle()
    assert states(region) == ["FINALIZED", "FINALIZED"]
    with region.on(OWNER):
        assert Entry.objects.get(kind="grant").payload["decision"].startswith("sha-256:")


def test_an_owners_no_ends_it_on_both_sides_with_the_reason(region: Region) -> None:
    with region.on(OWNER):
        make_offer(standing=False)
    ask(region)
    region.settle()
    with region.on(OWNER):
        services.decide(negotiation=Negotiation.objects.get(), user=make_owner(), grant=False, reason="not this year")
    region.settle()
    assert states(region) == ["TERMINATED", "TERMINATED"]
    with region.on(ASKER):
        assert "not this year" in Negotiation.objects.get().error
    with region.on(OWNER):
        assert Entry.objects.get(kind="refusal").payload["dataset"] == "air"
        assert "not this year" not in str(Entry.objects.get(kind="refusal").payload)


def test_nothing_new_is_agreed_under_a_closed_offer(region: Region) -> None:
    with region.on(OWNER):
        offer = make_offer(standing=False)
    ask(region)
    region.settle()
    with region.on(OWNER):
        services.close_offer(offer=offer, user=make_owner())
        row = Negotiation.objects.get()
        with pytest.raises(InvalidMove):
            services.decide(negotiation=row, user=make_owner(), grant=True)
        services.decide(negotiation=row, user=make_owner(), grant=False)
    region.settle()
    assert states(region) == ["TERMINATED", "TERMINATED"]


def test_an_acceptance_that_comes_too_late_is_refused(region: Region) -> None:
    with region.on(OWNER):
        offer = make_offer()
        services.offer_to(offer=offer, peer=Peer.objects.get(), user=make_owner())
    region.settle()
    with region.on(OWNER):
        services.close_offer(offer=offer, user=make_owner())
    with region.on(ASKER):
        services.decide(negotiation=Negotiation.objects.get(), user=make_owner(), grant=True)
    region.settle()
    assert states(region) == ["TERMINATED", "TERMINATED"]
    with region.on(ASKER):
        assert "offer-closed" in Negotiation.objects.get().error


def test_only_an_owner_decides(region: Region) -> None:
    with region.on(OWNER):
        make_offer(standing=False)
    ask(region)
    region.settle()
    with region.on(OWNER):
        with pytest.raises(NotPermitted):
            services.decide(negotiation=Negotiation.objects.get(), user=Peer.objects.get().user, grant=True)
        assert Negotiation.objects.get().decision == ""


def test_a_purpose_that_is_not_allowed_is_not_even_asked_for(region: Region) -> None:
    with region.on(OWNER):
        make_offer()
    with pytest.raises(Invalid, match="advertising"):
        ask(region, purpose="advertising")
    assert region.kinds() == ["CatalogRequestMessage"]


def test_a_purpose_that_is_not_allowed_is_refused_by_the_provider_too(region: Region) -> None:
    with region.on(OWNER):
        make_offer()
    ask(region)
    with region.on(ASKER):
        body = Outbox.objects.get().body
        body[wire.EXTENSION + "purpose"] = "advertising"
        Outbox.objects.update(body=body)
    region.settle()
    assert states(region) == ["TERMINATED", "TERMINATED"]


def test_a_request_for_outdated_terms_gets_the_present_ones_and_a_person_decides(region: Region) -> None:
    with region.on(OWNER):
        offer = make_offer(retention="P30D")
    ask(region)
    with region.on(OWNER):
        make_version(offer.dataset, retention="P10D")
        services.follow_releases()
    region.settle()
    assert states(region) == ["OFFERED", "OFFERED"]
    with region.on(ASKER):
        row = Negotiation.objects.get()
        assert row.waiting_since is not None
        services.decide(negotiation=row, user=make_owner(), grant=True)
    region.settle()
    assert states(region) == ["FINALIZED", "FINALIZED"]
    for node in (OWNER, ASKER):
        with region.on(node):
            assert Agreement.objects.get().terms["retention"] == "P10D"


def test_two_automata_do_not_haggle_for_ever(region: Region) -> None:
    with region.on(OWNER):
        make_offer()
    row = ask(region)
    with region.on(ASKER):
        offer = {**row.offer, "prohibition": [{"action": "odrl:derive"}]}
        body = {**Outbox.objects.get().body, "offer": offer}
        Outbox.objects.update(body=body)
        Negotiation.objects.update(offer=offer)
    for _round in range(considering.MOST_COUNTER_OFFERS):
        region.settle()
        assert states(region) == ["OFFERED", "OFFERED"]
        with region.on(ASKER):
            _ask_again(Negotiation.objects.get(), offer)
    region.settle()
    assert states(region) == ["TERMINATED", "TERMINATED"]


def _ask_again(row: Negotiation, offer: dict[str, Any]) -> None:
    Negotiation.objects.filter(pk=row.pk).update(offer=offer, waiting_since=None)
    message = wire.ContractRequestMessage(consumer_pid=row.consumer_pid, provider_pid=row.provider_pid, offer=offer)
    Outbox.objects.create(peer=row.peer, negotiation=row, act="request-contract", body=message.to_wire())
    Outbox.objects.filter(outcome="pending").update(next_attempt_at=row.created_at)


@pytest.mark.parametrize(
    "forgery",
    [
        {"permission": [{"action": "odrl:use"}]},
        {"assignee": "did:web:mallory.example"},
        {"assigner": "did:web:mallory.example"},
        {"target": "urn:uuid:other"},
        {"obligation": [{"action": "odrl:compensate"}]},
        {"timestamp": "2026-01-01T00:00:00"},
        {"timestamp": "2020-01-01T00:00:00Z"},
        {"timestamp": "2099-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_an_agreement_that_is_not_the_offer_is_never_held(region: Region, forgery: dict[str, Any]) -> None:
    with region.on(OWNER):
        make_offer()

    def forge(sent: Sent) -> str:
        if sent.body.get("@type") == "ContractAgreementMessage":
            sent.body["agreement"].update(copy.deepcopy(forgery))
        return ""

    region.fault = forge
    ask(region)
    region.settle()
    with region.on(ASKER):
        assert Negotiation.objects.get().state == "TERMINATED"
        assert not Agreement.objects.exists()
    with region.on(OWNER):
        assert Negotiation.objects.get().state == "TERMINATED"
        assert not Agreement.objects.exists()


def test_asking_twice_is_asking_once(region: Region) -> None:
    with region.on(OWNER):
        make_offer(standing=False)
    assert ask(region).pk == ask(region).pk
    region.settle()
    assert region.kinds(ASKER).count("ContractRequestMessage") == 1


def test_what_is_agreed_is_renewed_not_asked_for_again(region: Region) -> None:
    with region.on(OWNER):
        make_offer()
    ask(region)
    region.settle()
    with pytest.raises(AlreadyAgreed):
        ask(region)


def test_what_a_peer_does_not_show_cannot_be_asked_for(region: Region) -> None:
    with region.on(OWNER):
        make_dataset("air")
    with pytest.raises(NotFound):
        ask(region)


def test_terms_this_node_does_not_understand_are_not_asked_for(region: Region) -> None:
    with region.on(OWNER):
        offer = make_offer()
        policy = copy.deepcopy(offer.policy)
        policy["permission"][0]["constraint"].append(
            {"leftOperand": "odrl:spatial", "operator": "eq", "rightOperand": "https://example.org/EU"}
        )
        services.close_offer(offer=offer, user=make_owner())
        Offer.objects.create(
            uid="urn:uuid:9",
            dataset=offer.dataset,
            terms_version=offer.terms_version,
            target=offer.target,
            policy=policy,
        )
    with pytest.raises(Invalid, match="spatial"):
        ask(region)


def test_a_provider_may_offer_first_and_the_owner_of_the_other_side_accepts(region: Region) -> None:
    with region.on(OWNER):
        offer = make_offer()
        services.offer_to(offer=offer, peer=Peer.objects.get(), user=make_owner())
    region.settle()
    assert states(region) == ["OFFERED", "OFFERED"]
    with region.on(ASKER):
        services.decide(negotiation=Negotiation.objects.get(), user=make_owner(), grant=True)
    region.settle()
    assert states(region) == ["FINALIZED", "FINALIZED"]


@pytest.mark.parametrize("side", [OWNER, ASKER], ids=["provider", "consumer"])
@pytest.mark.parametrize("sent", range(5))
def test_either_side_ends_a_negotiation_in_any_state(region: Region, side: Any, sent: int) -> None:
    """After every number of messages that were taken in; what is final stays so."""
    with region.on(OWNER):
        make_offer()
    ask(region)
    posted: list[Sent] = []

    def stop_after(one: Sent) -> str:
        if one.method == "POST" and "negotiations" in one.path:
            posted.append(one)
            return "lost" if len(posted) > sent else ""
        return ""

    region.fault = stop_after
    region.settle()
    region.fault = lambda one: ""
    with region.on(side):
        row = Negotiation.objects.first()
        if row is None:
            return
        if row.state == "FINALIZED":
            with pytest.raises(InvalidMove):
                services.terminate_negotiation(negotiation=row)
            return
        services.terminate_negotiation(negotiation=row, reason="changed our mind")
    for hours in (1, 2, 3, 4):
        region.settle(at=region.later(60 * hours))
    ended = []
    for node in (OWNER, ASKER):
        with region.on(node):
            ended += [(row.state, row.outbox.pending().count()) for row in Negotiation.objects.all()]
    assert set(ended) == {("TERMINATED", 0)} or set(ended) == {("FINALIZED", 0)}
