"""What the owner tells us, and what agreements' lives mean for our replicas: begin, hand over, end."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from apps.agreements import selectors as agreements_read
from apps.agreements import services as agreements
from apps.agreements.models import Agreement, Transfer
from apps.agreements.states import AgreementState, Role, TransferState
from apps.consumer import events
from apps.consumer.models import Purge, Subscription
from apps.consumer.services import schedules
from apps.consumer.types import Stage, SubscriptionState
from apps.core import clock
from apps.core.errors import Invalid, NotFound
from apps.peers import selectors as peers
from apps.peers.models import Peer
from apps.wire import canonical, envelopes, messages
from apps.wire.keys import VerifyKey


def accept_hint(*, peer: Peer, hint: messages.Hint, at: datetime | None = None) -> int | None:
    """Make the subscription of that agreement due; returns its primary key, None if there is none (any more).

    A hint proves nothing and moves no data: at the worst it costs one pull.
    """
    moment = at or clock.now()
    rows = Subscription.objects.active().filter(agreement__uid=hint.agreement, peer=peer)
    found: int | None = rows.values_list("pk", flat=True).first()
    if found is not None:
        rows.filter(pk=found).update(hinted_at=moment, next_attempt_at=moment)
        events.hinted.announce(events.Hinted(found))
    return found


def accept_withdrawal(*, peer: Peer, envelope: Mapping[str, Any], at: datetime | None = None) -> Purge | None:
    """Believe the owner's signed notice: the agreement ends here too and its deletion becomes due. Twice is once.

    None when a renewal in force keeps the copy. Raises those of ``wire.envelopes`` and Invalid for a notice that is
    not this owner's, NotFound for an agreement we never had.
    """
    moment = at or clock.now()
    notice = _opened(peer, envelope)
    agreement = agreements_read.find(notice.agreement, peer=peer)
    if agreement is None or agreement.role != Role.CONSUMER:
        raise NotFound(_("This node has no such agreement."), part="agreement")
    with transaction.atomic():
        if agreement.state == AgreementState.ACTIVE:
            agreement = agreements.end(
                agreement=agreement, kind=notice.kind, by=peer.did, reason=notice.reason, at=notice.ended_at
            )
        return _end(agreement, dict(envelope), moment)


def follow_agreements(*, at: datetime | None = None) -> int:
    """Begin, hand over and end subscriptions as the agreements stand; returns how many changed.

    Found from the tables alone, so that a lost event only costs time.
    """
    moment = at or clock.now()
    changed = 0
    started = Transfer.objects.filter(role=Role.CONSUMER, state=TransferState.STARTED, halted="")
    for transfer in started.filter(agreement__subscription=None, agreement__state=AgreementState.ACTIVE):
        changed += _begin(transfer, moment)
    ended = Agreement.objects.filter(role=Role.CONSUMER, renewed_by=None).exclude(state=AgreementState.ACTIVE)
    proven = Purge.objects.exclude(kind="retention").filter(agreement=OuterRef("pk"))
    for agreement in ended.filter(~Exists(proven)).select_related("peer"):
        with transaction.atomic():
            changed += _end(agreement, None, moment) is not None
    return changed


def _begin(transfer: Transfer, at: datetime) -> int:
    """The subscription of a started transfer: that of the agreement it renews, with rows and cursor; or a new one."""
    with transaction.atomic():
        agreement = Agreement.objects.select_for_update(of=("self",)).get(pk=transfer.agreement_id)
        if Subscription.objects.filter(agreement=agreement).exists():
            return 0
        old = _predecessor(agreement)
        if old is None:
            Subscription.objects.create(
                agreement=agreement,
                peer=agreement.peer,
                endpoint=transfer.endpoint,
                next_attempt_at=at,
                next_compare_at=schedules.next_night(at),
                next_retention_at=at,
            )
            return 1
        same = old.agreement.terms == agreement.terms
        Subscription.objects.filter(pk=old.pk).update(
            agreement=agreement,
            endpoint=transfer.endpoint,
            description_digest="",
            stage=old.stage if same else Stage.RECONCILE,
            next_attempt_at=at,
        )
        return 1


def _held_under(agreement: Agreement) -> Subscription | None:
    """The subscription of the agreement, or the one it was to take over and never did."""
    rows = Subscription.objects.select_for_update(of=("self",))
    return rows.filter(agreement=agreement).first() or _predecessor(agreement)


def _predecessor(agreement: Agreement) -> Subscription | None:
    old = agreement.renews
    while old is not None:
        found: Subscription | None = (
            Subscription.objects.active().select_for_update(of=("self",)).filter(agreement=old).first()
        )
        if found is not None:
            return found
        old = old.renews
    return None


def _end(agreement: Agreement, notice: dict[str, Any] | None, at: datetime) -> Purge | None:
    """The deletion of what is held under an ended agreement, made due. What was renewed is proven with its renewal.

    An agreement under which nothing was ever held is answered too: the owner waits for a receipt.
    """
    if Agreement.objects.filter(renews=agreement).exists():
        return None
    subscription = _held_under(agreement)
    purge, created = Purge.objects.get_or_create(
        agreement=agreement,
        kind=agreement.state,
        defaults={
            "subscription": subscription,
            "notice": notice,
            "notice_digest": canonical.digest(notice["payload"]) if notice else "",
            "created_at": at,
            "next_attempt_at": at,
        },
    )
    if created and subscription is not None:
        # Taking the lease away fences a pull in the middle of a page: it can commit nothing any more.
        Subscription.objects.filter(pk=subscription.pk).update(
            state=SubscriptionState.ENDED, next_attempt_at=None, lease=None, leased_until=None
        )
    if created:
        events.deletion_due.announce(events.DeletionDue(purge.pk))
    return purge


def _opened(peer: Peer, envelope: Mapping[str, Any]) -> messages.WithdrawalNotice:
    def of_owner(keyid: str) -> VerifyKey | None:
        return peers.verify_key(keyid) if keyid.partition("#")[0] == peer.did else None

    notice = envelopes.open(envelope, of_owner)
    if not isinstance(notice, messages.WithdrawalNotice):
        raise Invalid(_("This envelope holds no notice."), part="type")
    if notice.owner != peer.did or notice.consumer != peers.this_node().did:
        raise Invalid(_("This notice is about somebody else."), part="owner")
    return notice
