"""“Why can't Herford see this?” – one list of steps from trust to data, each with yes or no and what helps."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.agreements.models import Agreement, Negotiation, Offer, Transfer
from apps.agreements.selectors import offers
from apps.agreements.states import NEGOTIATION, AgreementState, NegotiationState, Role, TransferState
from apps.agreements.types import OfferState
from apps.catalogue.models import Dataset, TermsVersion
from apps.core import clock
from apps.peers.models import Peer
from apps.peers.states import PeerState


@dataclass(frozen=True)
class Reason:
    """One step: ``code`` is stable, ``text`` for people, ``remedy`` what to do where ``ok`` is False.

    ``ok`` is None where nobody kept what the answer would need; only moments in the past have such steps.
    """

    code: str
    ok: bool | None
    text: str
    remedy: str = ""


def explain(dataset: Dataset, peer: Peer, *, at: datetime | None = None) -> list[Reason]:
    """Every step a peer needs to read an own dataset, in order; readable if and only if all are ok."""
    moment = at or clock.now()
    steps = [_trust(peer), _release(dataset), _offer(dataset, peer, moment)]
    agreement = _newest(dataset, peer)
    steps.append(_agreement(agreement, dataset, peer, moment))
    steps.append(_permission(dataset, peer))
    steps.append(_transfer(agreement))
    return steps


def _trust(peer: Peer) -> Reason:
    if peer.state == PeerState.TRUSTED:
        return Reason("peer-trusted", True, _("%s is a trusted peer.") % peer)
    return Reason(
        "peer-not-trusted",
        False,
        _("%(peer)s is %(state)s.") % {"peer": peer, "state": peer.get_state_display()},
        _("Two administrators confirm the fingerprint, or resume the peer."),
    )


def _release(dataset: Dataset) -> Reason:
    versions = TermsVersion.objects.filter(dataset=dataset)
    released = versions.filter(state=offers.RELEASED).order_by("-number").first()
    if released is None:
        return Reason(
            "not-released",
            False,
            _("No terms of this dataset are released."),
            _("A steward prepares terms, an owner releases them; sensitive data need the gatekeeper too."),
        )
    if released.terms.get("visibility", "internal") not in offers.SHARED:
        return Reason(
            "internal",
            False,
            _("The released terms keep the dataset internal."),
            _("Release terms with the visibility “peers” or “public”."),
        )
    return Reason("released", True, _("Version %d of the terms is released.") % released.number)


def _offer(dataset: Dataset, peer: Peer, at: datetime) -> Reason:
    if any(offer.dataset == dataset for offer in offers.open_to(peer, at=at)):
        return Reason("offered", True, _("There is an open offer for %s.") % peer)
    standing = Offer.objects.filter(dataset=dataset, state=OfferState.OPEN)
    if standing.exclude(pk__in=Offer.objects.open_to(peer).values("pk")).exists():
        return Reason(
            "not-in-audience",
            False,
            _("The dataset is offered, but not to %s.") % peer,
            _("Publish an offer whose audience holds this peer."),
        )
    if standing.exists():
        return Reason(
            "offer-lapsed",
            False,
            _("The open offer stands on terms that are replaced, withdrawn, run out or internal."),
            _("Publish an offer under the terms that are released now."),
        )
    return Reason("not-offered", False, _("No offer of this dataset is open."), _("Publish an offer."))


def _agreement(agreement: Agreement | None, dataset: Dataset, peer: Peer, at: datetime) -> Reason:
    if agreement is None:
        return _negotiation(dataset, peer)
    if agreement.state != AgreementState.ACTIVE:
        return Reason(
            f"agreement-{agreement.state}",
            False,
            _("The last agreement is %(state)s since %(when)s.")
            % {"state": agreement.get_state_display(), "when": said(agreement.ended_at)},
            _("%s asks for a new agreement.") % peer,
        )
    if agreement.expires_at is not None and agreement.expires_at <= at:
        return Reason(
            "agreement-expired",
            False,
            _("The agreement ran out on %s.") % said(agreement.expires_at),
            _("%s asks for a new agreement.") % peer,
        )
    return Reason("agreed", True, _("The agreement of %s is in force.") % said(agreement.signed_at))


def _negotiation(dataset: Dataset, peer: Peer) -> Reason:
    last = Negotiation.objects.filter(role=Role.PROVIDER, peer=peer, basis__dataset=dataset).order_by("-id").first()
    if last is None:
        return Reason("not-requested", False, _("%s has not asked for it.") % peer, _("It is for them to ask."))
    if last.waiting_since is not None:
        return Reason(
            "waiting-for-owner",
            False,
            _("The request waits for an owner since %s.") % said(last.waiting_since),
            _("An owner decides."),
        )
    if last.state == NegotiationState.TERMINATED:
        why = last.decision_reason or last.error or _("no reason was given")
        return Reason("request-ended", False, _("The last request was ended: %s") % why, _("They may ask again."))
    if last.state in NEGOTIATION.final:
        return Reason("concluding", False, _("The agreement is being concluded."), _("Wait a moment."))
    text = _("The negotiation is in state %(state)s; last error: %(error)s") % {
        "state": last.get_state_display(),
        "error": last.error or "–",
    }
    return Reason("negotiating", False, text, _("Look at its timeline; retry the message that hangs."))


def _permission(dataset: Dataset, peer: Peer) -> Reason:
    if accounts.may(peer.user, "catalogue.pull_dataset", dataset):
        return Reason("permitted", True, _("%s holds the permission to pull.") % peer)
    return Reason(
        "no-permission",
        False,
        _("%s does not hold the permission to pull this dataset.") % peer,
        _("It comes with an agreement and goes with its end."),
    )


def _transfer(agreement: Agreement | None) -> Reason:
    rows = Transfer.objects.filter(agreement=agreement) if agreement else Transfer.objects.none()
    if rows.filter(state=TransferState.STARTED, halted="").exists():
        return Reason("flowing", True, _("The transfer is started."))
    last = rows.order_by("-id").first()
    if last is None:
        return Reason("no-transfer", False, _("No transfer was asked for."), _("Their node does so by itself."))
    text = _("The transfer is %(state)s; %(halted)s; last error: %(error)s") % {
        "state": last.get_state_display(),
        "halted": last.get_halted_display(),
        "error": last.error or "–",
    }
    return Reason("transfer-halted", False, text, _("Resume it, or look at its timeline."))


def _newest(dataset: Dataset, peer: Peer) -> Agreement | None:
    rows = Agreement.objects.filter(role=Role.PROVIDER, dataset=dataset, peer=peer)
    newest: Agreement | None = (
        rows.filter(state=AgreementState.ACTIVE).order_by("-id").first()
        or rows.annotate(last=Max("ended_at")).order_by("-last").first()
    )
    return newest


def said(moment: datetime | None) -> str:
    """A moment as people write it, in the node's time zone."""
    return "–" if moment is None else formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
