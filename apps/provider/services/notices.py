"""Telling the consumer that an agreement has ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from apps.agreements.models import Agreement
from apps.core import clock, duties
from apps.core.errors import LeaseLost, NotFound, OwlError
from apps.peers import clients as peers_clients
from apps.peers import selectors as peers
from apps.provider.models import Withdrawal
from apps.provider.querysets import WithdrawalQuerySet
from apps.provider.types import WithdrawalState
from apps.wire import envelopes, messages

PATH = "/peering/v1/withdrawals"
LEASE_SECONDS = 60


def notice_of(agreement: Agreement, *, at: datetime | None = None) -> dict[str, object]:
    """The signed notice of an agreement's end, as an envelope. The same end gives the same notice.

    Raises NotFound for an agreement that is in force.
    """
    moment = at or clock.now()
    ended_at = agreement.ended_at or agreement.expires_at
    if ended_at is None or ended_at > moment:
        raise NotFound(_("This agreement has not ended."), part="agreement")
    kind = "expired" if agreement.state == "active" else str(agreement.state)
    notice = messages.WithdrawalNotice(
        agreement=agreement.uid,
        kind=kind,  # type: ignore[arg-type]  # the states of an ended agreement are exactly these words
        owner=peers.this_node().did,
        consumer=agreement.peer.did,
        ended_at=ended_at,
        delete_by=ended_at + timedelta(days=settings.NODE.receipt_days),
    )
    return envelopes.seal(notice, peers.signing_key())


def due_notices(*, at: datetime | None = None) -> list[int]:
    """The withdrawals whose notice is to be delivered now, by primary key: one task each."""
    return list(duties.due(_unsent(), at=at or clock.now()).values_list("pk", flat=True)[:200])


def deliver_notice(*, withdrawal_id: int, at: datetime | None = None) -> bool:
    """Send one notice if it is due, under its lease; tells whether it was delivered."""
    moment = at or clock.now()
    for row in duties.claim(_unsent().filter(pk=withdrawal_id), at=moment, limit=1, lease_seconds=LEASE_SECONDS):
        return _deliver(row, moment)
    return False


def _unsent() -> WithdrawalQuerySet:
    return Withdrawal.objects.open().select_related("agreement__peer").filter(noticed_at__isnull=True)


def _deliver(row: Withdrawal, at: datetime) -> bool:
    try:
        peers_clients.send(peer=row.agreement.peer, method="POST", path=PATH, json=notice_of(row.agreement, at=at))
    except OwlError as error:
        _put_off(row, error)
        return False
    now = clock.now()
    Withdrawal.objects.filter(pk=row.pk, noticed_at__isnull=True).update(noticed_at=now)
    Withdrawal.objects.filter(pk=row.pk, state=WithdrawalState.NOTIFYING).update(state=WithdrawalState.WAITING)
    duties.settle(row, at=now, next_attempt_at=None)
    return True


def _put_off(row: Withdrawal, error: OwlError) -> None:
    try:
        duties.fail(row, error=error, at=clock.now(), base_seconds=2.0, cap_seconds=600)
    except LeaseLost:
        return
