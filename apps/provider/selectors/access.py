"""May this peer read under this agreement now, and what does it get to see?"""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from apps.accounts import selectors as accounts
from apps.agreements import selectors as agreements
from apps.agreements.models import Agreement
from apps.agreements.states import AgreementState
from apps.catalogue import selectors as catalogue
from apps.catalogue.models import Dataset
from apps.core.errors import OwlError
from apps.peers.models import Peer
from apps.policies import evaluation, horizons
from apps.policies import terms as policy_terms
from apps.policies.terms import Terms
from apps.provider.errors import AgreementEnded, FeedSuspended, NoSuchFeed
from apps.provider.types import NO_HORIZON, Member, View


def view_of(peer: Peer, agreement_uid: str, *, at: datetime) -> View:
    """What the peer may see under the agreement at ``at``; asks everything anew and trusts nothing in memory.

    Inside a transaction the agreement's row stays locked against its end until the commit, so that a page is either
    disclosed before a withdrawal commits, or refused. Raises NoSuchFeed, AgreementEnded, FeedSuspended.
    """
    _lock(agreement_uid)
    agreement = agreements.active(agreement_uid, peer, at=at)
    if agreement is None:
        raise _refusal(peer, agreement_uid, at)
    if agreement.role != "provider" or agreement.dataset is None:
        raise NoSuchFeed
    if not accounts.may(peer.user, "catalogue.pull_dataset", agreement.dataset):
        raise NoSuchFeed
    terms = policy_terms.parse(agreement.terms)
    request = evaluation.Request(recipient=peer.did, purpose=agreement.purpose, at=at, signed_at=agreement.signed_at)
    if not evaluation.evaluate(terms, request).allowed:
        raise NoSuchFeed
    return view_under(agreement, terms, at=at)


def view_under(agreement: Agreement, terms: Terms, *, at: datetime) -> View:
    """The view the terms give at ``at``, whoever asks: for our own digests and reports."""
    if agreement.dataset is None:
        raise NoSuchFeed
    horizon = horizons.horizon(terms, at)
    return View(
        agreement_id=agreement.pk,
        agreement_uid=agreement.uid,
        dataset_id=agreement.dataset.pk,
        terms=terms,
        members=members_of(agreement.dataset),
        start=max(0, horizon.start_us or 0),
        until=NO_HORIZON if horizon.until_us is None else max(0, horizon.until_us),
        bucket=horizons.bucket_us(terms),
    )


def members_of(dataset: Dataset) -> tuple[Member, ...]:
    """The datastreams of a dataset, ascending."""
    rows = catalogue.datastreams_of(dataset).order_by("id").values_list("id", "kind", "state__observation_count")
    return tuple(Member(pk, kind == "count", count or 0) for pk, kind, count in rows)


def ended_agreement(peer: Peer, agreement_uid: str) -> Agreement | None:
    """The peer's ended agreement of that uid, for telling it so."""
    agreement = agreements.find(agreement_uid, peer=peer)
    ended = agreement is not None and agreement.role == "provider" and agreement.state != AgreementState.ACTIVE
    return agreement if ended else None


def _lock(agreement_uid: str) -> None:
    """Hold off the agreement's end until the commit; other pages are not held off."""
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM agreements_agreement WHERE uid = %s FOR SHARE", [agreement_uid])


def _refusal(peer: Peer, agreement_uid: str, at: datetime) -> OwlError:
    """Why no data flow: nothing there, nobody trusted, over, or suspended."""
    agreement = agreements.find(agreement_uid, peer=peer)
    if agreement is None or agreement.role != "provider" or agreement.peer.state != "trusted":
        return NoSuchFeed()
    ended = _end_of(agreement, at)
    return AgreementEnded(agreement, ended) if ended else FeedSuspended()


def _end_of(agreement: Agreement, at: datetime) -> str:
    if agreement.state != AgreementState.ACTIVE:
        return str(agreement.state)
    expired = agreement.expires_at is not None and agreement.expires_at <= at
    return str(AgreementState.EXPIRED) if expired else ""
