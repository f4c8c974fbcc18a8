"""Offers: what is released is offered, to whom it is meant, under the terms of now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from apps.agreements import selectors, services
from apps.agreements.models import Offer
from apps.catalogue.models import TermsVersion
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotPermitted
from apps.ledger.models import Entry
from apps.peers.models import Peer
from apps.policies import odrl
from apps.policies import terms as policy_terms
from apps.wire.dsp import policy
from tests.agreements.region import OWNER, TERMS, Node, befriend, make_dataset, make_offer, make_owner, make_version

DETMOLD = Node("detmold", "none", 8303)


def test_an_offer_says_what_the_terms_say(peer: Peer) -> None:
    offer = make_offer(retention="P90D", valid_for="P365D")
    wanted = policy_terms.parse({**TERMS, "retention": "P90D", "valid_for": "P365D"})
    assert odrl.from_odrl(offer.policy) == wanted
    assert policy.check_offer(offer.policy, "offer")
    assert policy.words_lost(offer.policy) == []


def test_an_offer_is_written_into_the_ledger(peer: Peer) -> None:
    offer = make_offer()
    services.close_offer(offer=offer, user=make_owner())
    changes = [entry.payload["change"] for entry in Entry.objects.filter(kind="offer").order_by("index")]
    assert changes == ["opened", "closed"]


def test_publishing_the_same_again_changes_nothing(peer: Peer) -> None:
    offer = make_offer()
    again = services.publish_offer(dataset=offer.dataset, terms_version=offer.terms_version, user=make_owner())
    assert again == offer
    assert Entry.objects.filter(kind="offer").count() == 1


def test_only_an_owner_offers_and_closes(peer: Peer) -> None:
    dataset, version = make_dataset()
    with pytest.raises(NotPermitted):
        services.publish_offer(dataset=dataset, terms_version=version, user=peer.user)
    offer = services.publish_offer(dataset=dataset, terms_version=version, user=make_owner())
    with pytest.raises(NotPermitted):
        services.close_offer(offer=offer, user=peer.user)


def test_what_is_not_released_or_internal_is_not_offered(peer: Peer) -> None:
    dataset, version = make_dataset()
    make_version(dataset)
    old = TermsVersion.objects.get(pk=version.pk)
    with pytest.raises(Conflict):
        services.publish_offer(dataset=dataset, terms_version=old, user=make_owner())
    internal, hidden = make_dataset("noise", visibility="internal")
    with pytest.raises(Invalid):
        services.publish_offer(dataset=internal, terms_version=hidden, user=make_owner())


def test_a_peer_sees_what_is_meant_for_it_and_nothing_else(peer: Peer) -> None:
    detmold = befriend(OWNER, DETMOLD)
    everybody = make_offer("air")
    dataset, version = make_dataset("noise")
    services.publish_offer(dataset=dataset, terms_version=version, user=make_owner(), audience=[detmold])
    closed = make_offer("water")
    services.close_offer(offer=closed, user=make_owner())
    make_dataset("secret")
    assert [entry.identifier for entry in selectors.visible(peer)] == ["air"]
    assert [entry.identifier for entry in selectors.visible(detmold)] == ["air", "noise"]
    assert selectors.dataset(peer, everybody.target) is not None
    assert selectors.dataset(peer, Offer.objects.get(dataset=dataset).target) is None
    assert selectors.dataset(peer, closed.target) is None


def test_an_offer_that_ran_out_is_not_shown(peer: Peer) -> None:
    soon = clock.now() + timedelta(days=1)
    make_offer(expires_at=soon.isoformat().replace("+00:00", "Z"))
    assert len(selectors.visible(peer)) == 1
    assert selectors.visible(peer, at=soon) == []


def test_open_offers_follow_a_new_release(peer: Peer) -> None:
    detmold = befriend(OWNER, DETMOLD)
    dataset, version = make_dataset()
    services.publish_offer(
        dataset=dataset, terms_version=version, user=make_owner(), standing=False, audience=[detmold]
    )
    new = make_version(dataset, retention="P7D")
    assert selectors.visible(detmold) == []
    assert services.follow_releases() == 1
    assert services.follow_releases() == 0
    offer = Offer.objects.get(state="open")
    assert (offer.terms_version, offer.standing, list(offer.audience.all())) == (new, False, [detmold])
    assert len(selectors.visible(detmold)) == 1


def test_open_offers_close_when_the_release_is_taken_back(peer: Peer) -> None:
    offer = make_offer()
    TermsVersion.objects.update(state="withdrawn", ended_at=clock.now())
    assert services.follow_release(dataset_id=offer.dataset_id) == 1
    assert Offer.objects.get().state == "closed"
    assert selectors.visible(peer) == []


def test_an_eclipse_connector_reads_the_expiry_in_its_own_words(peer: Peer) -> None:
    make_offer(expires_at="2031-01-01T00:00:00Z")
    assert policy.IN_FORCE_DATE not in str(selectors.visible(peer))
    peer.software = "Eclipse EDC 0.14"
    assert policy.IN_FORCE_DATE in str(selectors.visible(peer))
