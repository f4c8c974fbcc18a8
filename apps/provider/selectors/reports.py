"""What operators and reports read: withdrawals and disclosed pages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q, QuerySet, Sum

from apps.provider.models import Disclosure, Withdrawal
from apps.provider.types import WithdrawalState


@dataclass(frozen=True, slots=True)
class WithdrawalRow:
    """One ended agreement and what is proven about the copy; times are aware UTC, seconds count from ``ended_at``."""

    agreement_uid: str
    consumer: str
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


def disclosed(agreement_ids: Collection[int]) -> dict[int, tuple[int, int, datetime]]:
    """(pages with rows, rows, time of the last page) given out under each of these agreements, by primary key."""
    pages = Disclosure.objects.filter(agreement__in=agreement_ids).values("agreement").order_by("agreement")
    totals = pages.annotate(pages=Count("pk", filter=Q(rows__gt=0)), total=Sum("rows"), last=Max("at"))
    return {one["agreement"]: (one["pages"], one["total"] or 0, one["last"]) for one in totals}


def _row(row: Withdrawal) -> WithdrawalRow:
    receipt = row.receipt
    return WithdrawalRow(
        agreement_uid=row.agreement.uid,
        consumer=row.agreement.peer.did,
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
