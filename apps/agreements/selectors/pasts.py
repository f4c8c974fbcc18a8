"""“Why couldn't Herford see this then?” – the same steps for a moment that is over, from what was kept about it.

Trust is read from the ledger, terms from their versions, offers and agreements from their dates, transfers from the
messages about them. What nobody kept is said to be unknown (``ok`` None) instead of being guessed.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from apps.agreements.models import Agreement, Message, Negotiation, Offer
from apps.agreements.selectors import offers
from apps.agreements.selectors.explanations import Reason, said
from apps.agreements.states import Role, TransferState
from apps.catalogue.models import Dataset, TermsVersion
from apps.ledger import selectors as ledger
from apps.ledger.types import Kind
from apps.peers.models import Peer

TRUSTING: Final = ("trusted", "resumed")


def recall(dataset: Dataset, peer: Peer, *, at: datetime) -> list[Reason]:
    """Every step the peer needed at ``at``, a moment in the past; in order, each with what is known of it."""
    version = _terms_then(dataset, at)
    agreement = agreement_at(dataset, peer, at=at)
    return [
        _trust(peer, at),
        _release(dataset, version, at),
        _offer(dataset, peer, version, at),
        _agreement(agreement, dataset, peer, at),
        _permission(agreement, peer),
        _transfer(agreement, at),
    ]


def agreement_at(dataset: Dataset, peer: Peer, *, at: datetime) -> Agreement | None:
    """The agreement with the peer that was – or, as things stand, will be – in force at this moment; or None."""
    rows = Agreement.objects.filter(role=Role.PROVIDER, dataset=dataset, peer=peer, signed_at__lte=at)
    lasting = (Q(ended_at=None) | Q(ended_at__gt=at)) & (Q(expires_at=None) | Q(expires_at__gt=at))
    found: Agreement | None = rows.filter(lasting).order_by("-signed_at", "-id").first()
    return found


def _trust(peer: Peer, at: datetime) -> Reason:
    last = ledger.entries(subject=peer.did, kind=Kind.PEER_CHANGE).filter(at__lte=at).first()
    if last is None:
        if peer.created_at > at:
            return Reason("unknown-peer", False, _("%s was not known to this node yet.") % peer, _nothing())
        return Reason("trust-unknown", None, _("The ledger holds nothing about trust in %s up to then.") % peer)
    when = said(last.at)
    if str(last.payload.get("change", "")) in TRUSTING:
        return Reason(
            "was-trusted", True, _("%(peer)s was trusted; the ledger says so since %(when)s.") % _about(peer, when)
        )
    return Reason(
        "was-not-trusted",
        False,
        _("%(peer)s was not trusted; the ledger says so since %(when)s.") % _about(peer, when),
        _nothing(),
    )


def _release(dataset: Dataset, version: TermsVersion | None, at: datetime) -> Reason:
    if version is None:
        first = TermsVersion.objects.filter(dataset=dataset, released_at__gt=at).order_by("released_at").first()
        text = _("No terms of this dataset were in force then.")
        if first is not None:
            text += " " + _("The next came into force on %s.") % said(first.released_at)
        return Reason("was-not-released", False, text, _nothing())
    if version.terms.get("visibility", "internal") not in offers.SHARED:
        text = _("Version %d of the terms was in force and kept the dataset internal.") % version.number
        return Reason("was-internal", False, text, _nothing())
    if version.ended_at is None:
        text = _("Version %d of the terms was in force, and is still.") % version.number
    else:
        text = _("Version %(number)d of the terms was in force, until %(when)s.") % {
            "number": version.number,
            "when": said(version.ended_at),
        }
    return Reason("was-released", True, text)


def _offer(dataset: Dataset, peer: Peer, version: TermsVersion | None, at: datetime) -> Reason:
    rows = Offer.objects.filter(dataset=dataset, published_at__lte=at).filter(Q(closed_at=None) | Q(closed_at__gt=at))
    rows = rows.prefetch_related("audience")
    if version is None or not any(row.terms_version_id == version.pk for row in rows):
        text = _("No offer under the terms of that time was open.")
        return Reason("was-not-offered", False, text, _nothing())
    if any(not row.audience.all() or peer in row.audience.all() for row in rows):
        return Reason("was-offered", True, _("There was an open offer for %s.") % peer)
    return Reason("was-not-in-audience", False, _("The dataset was offered, but not to %s.") % peer, _nothing())


def _agreement(agreement: Agreement | None, dataset: Dataset, peer: Peer, at: datetime) -> Reason:
    if agreement is not None:
        return Reason("was-agreed", True, _window(agreement))
    rows = Agreement.objects.filter(role=Role.PROVIDER, dataset=dataset, peer=peer)
    before = rows.filter(signed_at__lte=at).order_by("-signed_at", "-id").first()
    after = rows.filter(signed_at__gt=at).order_by("signed_at", "id").first()
    asked = Negotiation.objects.filter(
        role=Role.PROVIDER, peer=peer, basis__dataset=dataset, created_at__lte=at
    ).order_by("-id")
    texts = [_("No agreement was in force then.")]
    if before is not None:
        texts.append(_("The one before it:") + " " + _window(before))
    elif (request := asked.first()) is not None:
        texts.append(_("%(peer)s had asked for it on %(when)s.") % _about(peer, said(request.created_at)))
    else:
        texts.append(_("%s had not asked for it.") % peer)
    if after is not None:
        texts.append(_("The next was signed on %s.") % said(after.signed_at))
    return Reason("was-not-agreed", False, " ".join(texts), _nothing())


def _window(agreement: Agreement) -> str:
    """From when to when, and how it ended."""
    ended = agreement.ended_at or agreement.expires_at
    if ended is None:
        return _("signed on %s, without an end.") % said(agreement.signed_at)
    return _("signed on %(from)s, %(state)s, end on %(until)s.") % {
        "from": said(agreement.signed_at),
        "state": agreement.get_state_display(),
        "until": said(ended),
    }


def _permission(agreement: Agreement | None, peer: Peer) -> Reason:
    if agreement is None:
        text = _("%s did not hold the permission: it comes with an agreement and goes with its end.") % peer
        return Reason("had-no-permission", False, text, _nothing())
    text = _("Whether somebody had taken the permission away by hand is not kept; it came with the agreement.")
    return Reason("permission-unknown", None, text)


def _transfer(agreement: Agreement | None, at: datetime) -> Reason:
    if agreement is None:
        return Reason("had-no-transfer", False, _("Without an agreement there was no transfer."), _nothing())
    last = Message.objects.filter(transfer__agreement=agreement, at__lte=at, error="").exclude(state="").last()
    if last is None:
        return Reason("had-no-transfer", False, _("No transfer had been asked for yet."), _nothing())
    state = dict(TransferState.choices).get(last.state, last.state)
    text = _("The transfer was %(state)s, by the last message of %(when)s.") % {"state": state, "when": said(last.at)}
    started = last.state == TransferState.STARTED
    return Reason("was-flowing" if started else "was-halted", started, text, "" if started else _nothing())


def _terms_then(dataset: Dataset, at: datetime) -> TermsVersion | None:
    rows = TermsVersion.objects.filter(dataset=dataset, released_at__lte=at)
    found: TermsVersion | None = (
        rows.filter(Q(ended_at=None) | Q(ended_at__gt=at)).order_by("-released_at", "-number").first()
    )
    return found


def _about(peer: Peer, when: str) -> dict[str, str]:
    return {"peer": str(peer), "when": when}


def _nothing() -> str:
    return _("Nothing: that moment is over.")
