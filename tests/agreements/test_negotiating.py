"""From catalogue to running transfer between two nodes, each with its own tables, over the real URLs of both."""

from __future__ import annotations

from apps.accounts import services as accounts
from apps.agreements import selectors, services
from apps.agreements.models import Agreement, Negotiation, Transfer
from apps.catalogue.models import Dataset
from apps.peers.models import Peer
from apps.wire import canonical
from tests.agreements.region import ASKER, OWNER, Region, make_offer

WHOLE = [
    "CatalogRequestMessage",
    "ContractRequestMessage",
    "ContractAgreementMessage",
    "ContractAgreementVerificationMessage",
    "ContractNegotiationEventMessage",
    "TransferRequestMessage",
    "TransferStartMessage",
]


def ask(region: Region, purpose: str = "planning", dataset: str = "air") -> Negotiation:
    with region.on(ASKER):
        return services.request_agreement(
            peer=Peer.objects.get(), dataset_identifier=dataset, purpose=purpose, user=None
        )


def test_a_standing_offer_leads_to_running_data_without_anybody_touching_it(region: Region) -> None:
    with region.on(OWNER):
        make_offer()
    ask(region)
    region.settle()
    assert region.kinds() == WHOLE
    for node in (OWNER, ASKER):
        with region.on(node):
            assert Negotiation.objects.get().state == "FINALIZED"
            assert Transfer.objects.get().state == "STARTED"
            assert Agreement.objects.get().state == "active"


def test_it_stands_with_real_commits_too(committing_region: Region) -> None:
    with committing_region.on(OWNER):
        make_offer()
    ask(committing_region)
    committing_region.settle()
    assert committing_region.kinds() == WHOLE


def test_both_sides_hold_the_same_agreement_byte_for_byte(region: Region) -> None:
    with region.on(OWNER):
        make_offer(valid_for="P30D")
    ask(region)
    region.settle()
    held = {}
    for node in (OWNER, ASKER):
        with region.on(node):
            row = Agreement.objects.get()
            held[node.city] = (canonical.dumps(row.policy), row.digest, row.terms, row.expires_at, row.uid, row.purpose)
            assert row.digest == canonical.digest(row.policy)
            assert row.expires_at is not None
    assert held["bielefeld"] == held["herford"]


def test_the_peer_may_pull_from_the_conclusion_on_and_not_before(region: Region) -> None:
    with region.on(OWNER):
        offer = make_offer()
        assert not accounts.may(Peer.objects.get().user, "catalogue.pull_dataset", offer.dataset)
    ask(region)
    region.settle()
    with region.on(OWNER):
        assert accounts.may(Peer.objects.get().user, "catalogue.pull_dataset", Dataset.objects.get())
        agreement = Agreement.objects.get()
        assert selectors.active(agreement.uid, Peer.objects.get()) == agreement
        assert selectors.active(str(agreement.uuid), Peer.objects.get()) == agreement
