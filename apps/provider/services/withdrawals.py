"""Taking data back: the end of an agreement as a duty that stays open until the copy is proven gone."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.agreements import selectors as agreements_read
from apps.agreements import services as agreements
from apps.agreements.models import Agreement
from apps.agreements.states import AgreementState, Role
from apps.core import clock
from apps.core.errors import Conflict, NotFound
from apps.ledger import services as ledger
from apps.ledger.types import Kind
from apps.peers import selectors as peers
from apps.provider.models import Withdrawal
from apps.provider.types import WithdrawalState

log = logging.getLogger(__name__)


def withdraw(*, agreement_uid: str, user: User | None, reason: str = "", at: datetime | None = None) -> Withdrawal:
    """End an agreement for good, at once: the next page is refused, the consumer is told, its receipt is awaited.

    A second call changes nothing and returns the same row. Raises NotPermitted for a person who is no owner, NotFound
    for an agreement that is not ours to withdraw, Conflict for one that was renewed, and what ``agreements.end``
    raises.
    """
    moment = at or clock.now()
    with transaction.atomic():
        agreement = agreements_read.find(agreement_uid)
        if agreement is None or agreement.role != Role.PROVIDER:
            raise NotFound(_("This node gave out no such agreement."), part="agreement")
        if user is not None:
            agreements.may_end(agreement=agreement, user=user)
        known: Withdrawal | None = Withdrawal.objects.filter(agreement=agreement).first()
        if known is not None:
            return known
        if Agreement.objects.filter(renews=agreement).exists():
            raise Conflict(
                _("This agreement was renewed."), part="agreement", remedy=_("Withdraw the agreement that renewed it.")
            )
        if agreement.state == AgreementState.ACTIVE:
            agreement = agreements.end(
                agreement=agreement,
                kind=AgreementState.WITHDRAWN,
                by=peers.this_node().did,
                reason=reason,
                at=moment,
                user=user,
            )
        return open_withdrawal(agreement, moment)


def follow_ends(*, at: datetime | None = None) -> int:
    """Open a withdrawal for every agreement of ours that ended by whatever way; returns how many were new.

    An agreement that was renewed owes no receipt of its own: the copy went over to the new one.
    """
    moment = at or clock.now()
    ended = Agreement.objects.filter(role=Role.PROVIDER, renewed_by=None, withdrawal=None)
    opened = 0
    for agreement in ended.exclude(state=AgreementState.ACTIVE).order_by("ended_at")[:500]:
        open_withdrawal(agreement, moment)
        opened += 1
    return opened


def mark_overdue(*, at: datetime | None = None) -> int:
    """Mark withdrawals whose receipt is late: a column, a log line and an alarm in the ledger; returns how many."""
    moment = at or clock.now()
    marked = 0
    for pk in Withdrawal.objects.late(moment).values_list("pk", flat=True)[:100]:
        with transaction.atomic():
            row = Withdrawal.objects.late(moment).select_for_update(of=("self",)).filter(pk=pk).first()
            if row is None:
                continue
            row.overdue_since = moment
            row.state = WithdrawalState.OVERDUE
            row.save(update_fields=["overdue_since", "state"])
            uid, did = row.agreement.uid, row.agreement.peer.did
            log.warning("deletion receipt overdue", extra={"agreement": uid, "peer": did})
            ledger.append(
                kind=Kind.ALARM,
                subject=uid,
                payload={"alarm": "receipt-overdue", "agreement": uid, "peer": did},
                at=moment,
            )
            marked += 1
    return marked


def open_withdrawal(agreement: Agreement, at: datetime) -> Withdrawal:
    """The withdrawal of an ended agreement. At expiry both sides act by their own clock, so no notice is due."""
    tell = agreement.state in (AgreementState.WITHDRAWN, AgreementState.TERMINATED)
    row, _created = Withdrawal.objects.get_or_create(
        agreement=agreement,
        defaults={
            "kind": agreement.state if agreement.state != AgreementState.ACTIVE else AgreementState.EXPIRED,
            "reason": agreement.end_reason,
            "ended_at": agreement.ended_at or agreement.expires_at or at,
            "state": WithdrawalState.NOTIFYING if tell else WithdrawalState.WAITING,
            "due_at": (agreement.ended_at or at) + timedelta(days=settings.NODE.receipt_days),
            "next_attempt_at": at if tell else None,
        },
    )
    return row
