"""“Why can't Herford see this?” – the first step that is not fulfilled is the one that is missing."""

from __future__ import annotations

import pytest

from apps.agreements import selectors, services
from apps.agreements.models import Agreement, Negotiation, Transfer
from apps.catalogue.models import Dataset
from apps.peers.models import Peer
from tests.agreements.region import OWNER, Node, Region, befriend, make_dataset, make_offer, make_owner
from tests.agreements.test_negotiating import ask


def first_fault(dataset: Dataset, peer: Peer) -> str:
    reasons = selectors.explain(dataset, peer)
    assert len(reasons) == 6
    faults = [reason for reason in reasons if not reason.ok]
    assert all(reason.text and reason.remedy for reason in faults)
    return faults[0].code if faults else ""


def test_each_missing_step_is_named(peer: Peer) -> None:
    dataset, version = make_dataset()
    assert first_fault(dataset, peer) == "not-offered"
    detmold = befriend(OWNER, Node("detmold", "none", 8303))
    services.publish_offer(dataset=dataset, terms_version=version, user=make_owner(), audience=[detmold])
    assert first_fault(dataset, peer) == "not-in-audience"
    services.publish_offer(dataset=dataset, terms_version=version, user=make_owner())
    assert first_fault(dataset, peer) == "not-requested"
    peer.state = "suspended"
    assert first_fault(dataset, peer) == "peer-not-trusted"


def test_terms_that_are_internal_are_named(peer: Peer) -> None:
    dataset, _version = make_dataset("noise", visibility="internal")
    assert first_fault(dataset, peer) == "internal"


def test_from_the_request_to_the_end(region: Region) -> None:
    with region.on(OWNER):
        dataset = make_offer(standing=False).dataset
    ask(region)
    region.settle()
    with region.on(OWNER):
        peer = Peer.objects.get()
        assert first_fault(dataset, peer) == "waiting-for-owner"
        services.decide(negotiation=Negotiation.objects.get(), user=make_owner(), grant=True)
        assert first_fault(dataset, peer) == "negotiating"
    region.settle()
    with region.on(OWNER):
        assert first_fault(dataset, peer) == ""
        services.suspend_transfer(transfer=Transfer.objects.get())
        assert first_fault(dataset, peer) == "transfer-halted"
        services.end(agreement=Agreement.objects.get(), kind="withdrawn", by=OWNER.did)
        assert first_fault(dataset, peer) == "agreement-withdrawn"


@pytest.mark.parametrize("grant", [True, False])
def test_the_timeline_tells_what_happened_and_what_still_waits(region: Region, grant: bool) -> None:
    with region.on(OWNER):
        make_offer(standing=False)
    ask(region)
    region.settle()
    with region.on(OWNER):
        row = Negotiation.objects.get()
        assert list(selectors.waiting_for_decision()) == [row]
        services.decide(negotiation=row, user=make_owner(), grant=grant)
        steps = selectors.timeline(row)
        assert [step.direction for step in steps] == ["in", "waiting"]
    region.settle()
    with region.on(OWNER):
        steps = selectors.timeline(row)
        assert "waiting" not in [step.direction for step in steps]
        assert steps[-1].state == ("STARTED" if grant else "TERMINATED")
        assert [step.at for step in steps] == sorted(step.at for step in steps)
