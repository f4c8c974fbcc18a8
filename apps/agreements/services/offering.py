"""Offers: published under released terms, closed, and carried over to new terms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts import types as account_types
from apps.accounts.models import User
from apps.agreements.models import Offer
from apps.agreements.selectors import offers
from apps.agreements.services import records
from apps.agreements.types import OfferState, dataset_urn, new_urn
from apps.catalogue.models import Dataset, TermsVersion
from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotPermitted
from apps.peers.models import Peer
from apps.policies import odrl
from apps.policies import terms as policy_terms
from apps.wire.dsp import policy


@transaction.atomic
def publish_offer(
    *,
    dataset: Dataset,
    terms_version: TermsVersion,
    user: User | None,
    standing: bool = True,
    audience: Iterable[Peer] = (),
    at: datetime | None = None,
) -> Offer:
    """Put a dataset before peers under released terms; an empty audience means every trusted peer.

    Open offers of the dataset to the same audience under older terms are closed with it. Publishing the same again
    returns the offer that is open. ``user`` None is the node itself. Raises NotPermitted unless the user is an owner
    of the department, Conflict for terms that are not released, Invalid for terms that keep the dataset internal.
    """
    moment = at or clock.now()
    if user is not None and not accounts.has_role(user, account_types.Role.OWNER, dataset.department):
        raise NotPermitted(_("Only an owner of this dataset offers it."), part="user")
    _check_released(dataset, terms_version)
    peers = sorted(audience, key=lambda peer: peer.did)
    Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
    open_ones: list[Offer] = list(Offer.objects.filter(dataset=dataset, state=OfferState.OPEN, standing=standing))
    for other in open_ones:
        if _audience(other) == {peer.pk for peer in peers}:
            if other.terms_version_id == terms_version.pk:
                return other
            _close(other, moment)
    offer = _create(dataset=dataset, terms_version=terms_version, user=user, standing=standing, peers=peers, at=moment)
    records.offer_changed(offer, change="opened", at=moment)
    return offer


@transaction.atomic
def close_offer(*, offer: Offer, user: User | None, at: datetime | None = None) -> Offer:
    """Take an offer away; agreements made under it live on. Raises NotPermitted. Closing twice changes nothing."""
    moment = at or clock.now()
    row: Offer = Offer.objects.select_for_update(of=("self",)).select_related("dataset").get(pk=offer.pk)
    if user is not None and not accounts.has_role(user, account_types.Role.OWNER, row.dataset.department):
        raise NotPermitted(_("Only an owner of this dataset closes its offers."), part="user")
    if row.state == OfferState.OPEN:
        _close(row, moment)
        records.offer_changed(row, change="closed", at=moment)
    return row


@transaction.atomic
def follow_release(*, dataset_id: int, at: datetime | None = None) -> int:
    """Carry the open offers of a dataset over to the terms released now; without any, close them. Returns how many.

    Found again by the tick, so a lost event delays it and no more.
    """
    moment = at or clock.now()
    released = TermsVersion.objects.filter(dataset_id=dataset_id, state=offers.RELEASED).order_by("-number").first()
    stale = Offer.objects.filter(dataset_id=dataset_id, state=OfferState.OPEN).exclude(terms_version=released)
    rows = list(stale.select_for_update(of=("self",)).select_related("dataset", "published_by"))
    shared = released is not None and policy_terms.parse(released.terms).visibility in offers.SHARED
    for offer in rows:
        peers = sorted(offer.audience.all(), key=lambda peer: peer.did)
        _close(offer, moment)
        if shared and released is not None:
            new = _create(
                dataset=offer.dataset,
                terms_version=released,
                user=offer.published_by,
                standing=offer.standing,
                peers=peers,
                at=moment,
            )
            records.offer_changed(new, change="opened", at=moment)
        else:
            records.offer_changed(offer, change="closed", at=moment)
    return len(rows)


def follow_releases(*, at: datetime | None = None) -> int:
    """``follow_release`` for every dataset whose open offers stand on other terms than the released ones."""
    stale = Offer.objects.filter(state=OfferState.OPEN).exclude(terms_version__state=offers.RELEASED)
    datasets = list(stale.values_list("dataset_id", flat=True).distinct())
    return sum(follow_release(dataset_id=pk, at=at) for pk in datasets)


def _create(
    *, dataset: Dataset, terms_version: TermsVersion, user: User | None, standing: bool, peers: list[Peer], at: datetime
) -> Offer:
    uid, did = new_urn(), records.this_did()
    text = odrl.to_odrl(policy_terms.parse(terms_version.terms), uid=uid, assigner=did, kind="Offer")
    offer = Offer.objects.create(
        uid=uid,
        dataset=dataset,
        terms_version=terms_version,
        target=dataset_urn(did, dataset.identifier),
        policy=policy.offer_for_catalogue(text),
        standing=standing,
        published_by=user,
        published_at=at,
    )
    offer.audience.set(peers)
    return offer


def _check_released(dataset: Dataset, terms_version: TermsVersion) -> None:
    if terms_version.dataset_id != dataset.pk:
        raise Invalid(_("These terms belong to another dataset."), part="terms_version")
    if terms_version.state != offers.RELEASED:
        raise Conflict(
            _("Only released terms are offered."), part="terms_version", remedy=_("Have the terms released first.")
        )
    if policy_terms.parse(terms_version.terms).visibility not in offers.SHARED:
        raise Invalid(
            _("These terms keep the dataset internal."),
            part="visibility",
            remedy=_("Release terms with the visibility “peers” or “public”."),
        )


def _close(offer: Offer, at: datetime) -> None:
    offer.state, offer.closed_at = OfferState.CLOSED, at
    offer.save(update_fields=["state", "closed_at", "updated_at"])


def _audience(offer: Offer) -> set[int]:
    return set(offer.audience.values_list("pk", flat=True))
