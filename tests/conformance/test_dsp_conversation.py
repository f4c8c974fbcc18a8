"""Both roles' whole conversation, message and answer alike, is valid against the official schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apps.agreements import clients, services
from apps.agreements.models import Agreement, Negotiation, Transfer
from apps.peers.models import Peer
from apps.wire.dsp import policy
from tests.agreements.region import ASKER, OWNER, Region, make_offer, make_owner, make_version
from tests.agreements.test_negotiating import ask
from tests.conformance.dsp_schemas import faults

TERMS: list[dict[str, Any]] = [
    {"resolution": "raw", "statistics": []},
    {"valid_for": "P30D", "retention": "P90D", "window": "P365D"},
    {"expires_at": "2031-01-01T00:00:00Z", "suppress_below": 5, "grid_m": 500, "delay": "PT2H"},
    {"onward": "peers", "purposes": ["planning", "research"]},
]


def assert_valid(region: Region, shared: Path) -> list[str]:
    """Every document on the wire so far; returns their types."""
    documents = [one for sent in region.sent for one in (sent.body, sent.answer) if one]
    for document in documents:
        kind = "" if "@type" in document else "VersionResponse"
        assert faults(document, shared, kind) == [], document
        for offered in (document.get("offer"), document.get("agreement")):
            assert offered is None or policy.words_lost(offered) == []
    return [str(document.get("@type")) for document in documents]


@pytest.mark.parametrize("terms", TERMS, ids=lambda terms: next(iter(terms)))
def test_from_version_to_start(region: Region, shared_path: Path, terms: dict[str, Any]) -> None:
    with region.on(OWNER):
        make_offer(**terms)
    ask(region)
    region.settle()
    with region.on(ASKER):
        row = Negotiation.objects.get()
        assert clients.state_at_peer(row) == "FINALIZED"
        assert clients.state_at_peer(Transfer.objects.get()) == "STARTED"
        assert services.remote_dataset(peer=Peer.objects.get(), identifier=row.target) is not None
    kinds = assert_valid(region, shared_path)
    assert {"Catalog", "Dataset", "ContractNegotiation", "TransferProcess", "TransferStartMessage"} <= set(kinds)


def test_counter_offer_acceptance_suspension_and_end(region: Region, shared_path: Path) -> None:
    with region.on(OWNER):
        offer = make_offer()
    ask(region)
    with region.on(OWNER):
        make_version(offer.dataset, retention="P10D")
        services.follow_releases()
    region.settle()
    with region.on(ASKER):
        services.decide(negotiation=Negotiation.objects.get(), user=make_owner(), grant=True)
    region.settle()
    for change in (services.suspend_transfer, services.resume_transfer):
        with region.on(OWNER):
            change(transfer=Transfer.objects.get())
        region.settle()
    with region.on(OWNER):
        services.end(agreement=Agreement.objects.get(), kind="withdrawn", by=OWNER.did, reason="no longer")
    region.settle()
    kinds = assert_valid(region, shared_path)
    assert {"ContractOfferMessage", "TransferSuspensionMessage", "TransferTerminationMessage"} <= set(kinds)


def test_refusals_and_errors(region: Region, shared_path: Path) -> None:
    with region.on(OWNER):
        make_offer(standing=False)
    row = ask(region)
    region.settle()
    with region.on(OWNER):
        services.decide(negotiation=Negotiation.objects.get(), user=make_owner(), grant=False, reason="no")
    region.settle()
    for path in ("negotiations/urn:uuid:1", "transfers/urn:uuid:1", "catalog/datasets/urn:uuid:1"):
        with region.on(ASKER), pytest.raises(Exception, match="404"):
            region.send(peer=Peer.objects.get(), method="GET", path=f"/dsp/2025-1/{path}")
    for path in (f"negotiations/{row.provider_pid or 'x'}/events", "transfers/request", "catalog/request"):
        with region.on(ASKER), pytest.raises(Exception, match=r"40[04]"):
            region.send(peer=Peer.objects.get(), method="POST", path=f"/dsp/2025-1/{path}", json={})
    answers = [sent.answer for sent in region.sent if sent.status >= 400]
    assert {answer["@type"] for answer in answers} == {"ContractNegotiationError", "TransferError", "CatalogError"}
    for answer in answers:
        assert faults(answer, shared_path) == []
        assert answer["code"]
        assert answer["reason"]
