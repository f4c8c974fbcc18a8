"""The sharing register: every agreement of this city as everybody may know it."""

from __future__ import annotations

from datetime import datetime

from apps.agreements import selectors as agreements
from apps.agreements.models import Agreement
from apps.agreements.states import AgreementState, Role
from apps.consumer import selectors as consumer
from apps.core import clock
from apps.holdings.selectors.open_terms import understood
from apps.holdings.types import Entry
from apps.policies import sentences
from apps.provider import selectors as provider
from apps.provider.selectors.reports import WithdrawalRow


def register(*, at: datetime | None = None) -> list[Entry]:
    """Every agreement this city ever made, the latest first; in five queries, however many.

    It says which dataset went to whom, for what, how much of it and until when – never a row of the data.
    """
    moment = at or clock.now()
    rows = list(agreements.all_agreements())
    given = provider.disclosed([row.pk for row in rows if row.role == Role.PROVIDER])
    received = consumer.received([row.pk for row in rows if row.role == Role.CONSUMER])
    proven = consumer.deletions()
    ended = {row.agreement_uid: row for row in provider.withdrawals()}
    volumes = given | received
    return [_entry(row, volumes.get(row.pk), ended.get(row.uid), proven.get(row.pk), moment) for row in rows]


def _entry(
    row: Agreement,
    volume: tuple[int, int, datetime] | None,
    ended: WithdrawalRow | None,
    proven_at: datetime | None,
    at: datetime,
) -> Entry:
    over = row.expires_at is not None and row.expires_at <= at
    state = AgreementState.EXPIRED if row.state == AgreementState.ACTIVE and over else AgreementState(row.state)
    given = row.role == Role.PROVIDER
    terms = understood(row.terms)
    receipt_at = (ended.receipt_at if ended else None) if given else proven_at
    pages, count, last = volume or (0, 0, None)
    return Entry(
        uid=row.uid,
        given=given,
        partner=row.peer.name,
        partner_did=row.peer.did,
        dataset=row.dataset.identifier if row.dataset else row.dataset_identifier,
        title=row.dataset.title if row.dataset else row.title or row.dataset_identifier,
        purpose=row.purpose,
        since=row.signed_at,
        until=row.expires_at,
        state=str(state),
        ended_at=row.ended_at or (row.expires_at if state == AgreementState.EXPIRED else None),
        pages=pages,
        rows=count,
        last_page_at=last,
        receipt_verified=None if state == AgreementState.ACTIVE else receipt_at is not None,
        receipt_at=receipt_at,
        receipt_overdue=bool(ended and ended.overdue),
        sentences_de=tuple(sentences.render(terms, "de")) if terms else (),
        sentences_en=tuple(sentences.render(terms, "en")) if terms else (),
    )
