"""What agreements write into the ledger: machine words and digests only. Called last in a transaction."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings

from apps.accounts.models import User
from apps.agreements.models import Agreement, Negotiation, Offer
from apps.agreements.states import AgreementState
from apps.ledger import services as ledger
from apps.ledger import types as ledger_types
from apps.wire import canonical

_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/#%+=~|,-]{0,499}")


def offer_changed(offer: Offer, *, change: str, at: datetime) -> None:
    """An offer was opened or closed."""
    opened = change == "opened"
    audience = [] if not opened else sorted(offer.audience.values_list("did", flat=True))
    ledger.append(
        kind=ledger_types.Kind.OFFER,
        subject=offer.uid,
        at=at,
        payload={
            "offer": offer.uid,
            "dataset": _word(offer.dataset.identifier),
            "change": change,
            "terms": offer.terms_version.digest if opened else None,
            "policy": canonical.digest(offer.policy) if opened else None,
            "standing": offer.standing if opened else None,
            "audience": audience,
        },
    )


def granted(agreement: Agreement, *, at: datetime) -> None:
    """Both sides hold the agreement."""
    source = agreement.negotiation
    decider = source.decided_by if source else None
    ledger.append(
        kind=ledger_types.Kind.GRANT,
        subject=_uri(agreement.uid),
        at=at,
        payload={
            "agreement": _uri(agreement.uid),
            "dataset": _word(agreement.dataset_identifier),
            "peer": agreement.peer.did,
            "role": str(agreement.role),
            "policy": agreement.digest,
            "terms": canonical.digest(agreement.terms),
            "purpose": _word(agreement.purpose) if agreement.purpose else None,
            "standing": decider is None if agreement.dataset_id else None,
            "expires_at": agreement.expires_at,
            "renews": _uri(agreement.renews.uid) if agreement.renews else None,
            "decision": _commitment(decider),
        },
    )


def refused(negotiation: Negotiation, *, at: datetime) -> None:
    """A request for data was refused."""
    ledger.append(
        kind=ledger_types.Kind.REFUSAL,
        subject=_uri(negotiation.own_pid),
        at=at,
        payload={
            "negotiation": _uri(negotiation.own_pid),
            "dataset": _word(negotiation.dataset_identifier),
            "peer": negotiation.peer.did,
            "role": str(negotiation.role),
            "purpose": _word(negotiation.purpose) if negotiation.purpose else None,
            "decision": _commitment(negotiation.decided_by),
        },
    )


def ended(agreement: Agreement, *, user: User | None, at: datetime) -> None:
    """The agreement is over."""
    expired = agreement.state == AgreementState.EXPIRED
    ledger.append(
        kind=ledger_types.Kind.EXPIRY if expired else ledger_types.Kind.WITHDRAWAL,
        subject=_uri(agreement.uid),
        at=at,
        payload={
            "agreement": _uri(agreement.uid),
            "peer": agreement.peer.did,
            "role": str(agreement.role),
            "dataset": _word(agreement.dataset_identifier),
            "kind": str(agreement.state),
            "by": agreement.ended_by,
            "ended_at": agreement.ended_at,
            "decision": _commitment(user),
        },
    )


def this_did() -> str:
    """The DID of this node."""
    did: str = settings.NODE.did
    return did


def _commitment(user: User | None) -> str | None:
    return ledger.commit_personal(value=f"user:{user.pk}:{user.username}").digest if user else None


def _word(text: str) -> str:
    # Another connector may use any text; the ledger takes machine words only, so anything else stands as its digest.
    return text if _WORD.fullmatch(text) else canonical.digest(text)


def _uri(text: str) -> str:
    return text if ledger_types.payloads.SUBJECT.fullmatch(text) else f"urn:{canonical.digest(text)}"
