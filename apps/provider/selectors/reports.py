"""What operators and reports read: withdrawals and disclosed pages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from apps.provider.models import Disclosure, Withdrawal
from apps.provider.types import WithdrawalState


@dataclass(frozen=True, slots=True)
class WithdrawalRow:
    """One ended agreement and what is proven about the copy; times are aware UTC, seconds count from ``ended_at``."""

    agreement_id: int
    agreement_uid: str
    consumer: str
    peer: str
    dataset: str
    kind: str
    state: str
    ended_at: datetime
    noticed_at: datetime | None
    due_at: datetime
    overdue: bool
    rows_before: int | None
    rows_after: int | None
    seconds_to_receipt: float | None
    receipt_verified: bool
    receipt_at: datetime | None


def withdrawals() -> list[WithdrawalRow]:
    """All ended agreements of ours, the latest first. A receipt is kept only after its signature was found good."""
    rows = Withdrawal.objects.select_related("agreement__peer", "receipt")
    return [_row(row) for row in rows]


def disclosures(agreement_uid: str) -> QuerySet[Disclosure]:
    """The pages given out under one agreement, the latest first."""
    return Disclosure.objects.filter(agreement__uid=agreement_uid)


def withdrawal_of(agreement_uid: str) -> Withdrawal | None:
    """The withdrawal of one agreement with its receipt, or None while it is in force."""
    found: Withdrawal | None = Withdrawal.objects.select_related("receipt").filter(agreement__uid=agreement_uid).first()
    return found


def overdue() -> list[WithdrawalRow]:
    """Ended agreements whose receipt has not come in time, the latest first."""
    rows = Withdrawal.objects.open().filter(overdue_since__isnull=False).select_related("agreement__peer", "receipt")
    return [_row(row) for row in rows]


@dataclass(frozen=True, slots=True)
class Given:
    """What left under one agreement: pages, rows, and the first and last time (aware UTC; None: nothing yet)."""

    pages: int
    rows: int
    first: datetime | None
    last: datetime | None


def given(agreement_uid: str) -> Given:
    """What a peer has been given under an agreement so far."""
    sums = disclosures(agreement_uid).aggregate(
        pages=Count("pk"), rows=Coalesce(Sum("rows"), 0), first=Min("at"), last=Max("at")
    )
    return Given(**sums)


def around(agreement_uid: str, *, at: datetime) -> tuple[datetime | None, datetime | None]:
    """When the last page up to ``at`` and the first one after it left under an agreement (aware UTC); None: none."""
    pages = disclosures(agreement_uid)
    sums = pages.aggregate(before=Max("at", filter=Q(at__lte=at)), after=Min("at", filter=Q(at__gt=at)))
    return sums["before"], sums["after"]


def disclosed(agreement_ids: Collection[int]) -> dict[int, tuple[int, int, datetime]]:
    """(pages with rows, rows, time of the last page) given out under each of these agreements, by primary key."""
    pages = Disclosure.objects.filter(agreement__in=agreement_ids).values("agreement").order_by("agreement")
    totals = pages.annotate(pages=Count("pk", filter=Q(rows__gt=0)), total=Sum("rows"), last=Max("at"))
    return {one["agreement"]: (one["pages"], one["total"] or 0, one["last"]) for one in totals}


def _row(row: Withdrawal) -> WithdrawalRow:
    receipt = row.receipt
    return WithdrawalRow(
        agreement_id=row.agreement_id,
        agreement_uid=row.agreement.uid,
        consumer=row.agreement.peer.did,
        peer=row.agreement.peer.name,
        dataset=row.agreement.dataset_identifier,
        kind=row.kind,
        state=row.state,
        ended_at=row.ended_at,
        noticed_at=row.noticed_at,
        due_at=row.due_at,
        overdue=row.overdue_since is not None and row.state != WithdrawalState.CONFIRMED,
        rows_before=receipt.rows_before if receipt else None,
        rows_after=receipt.rows_after if receipt else None,
        seconds_to_receipt=(receipt.received_at - row.ended_at).total_seconds() if receipt else None,
        receipt_verified=receipt is not None,
        receipt_at=receipt.received_at if receipt else None,
    )
