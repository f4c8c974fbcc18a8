"""The end: withdrawn or closed, published with consent, erased everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from psycopg import sql

from apps.accounts.models import User
from apps.core.errors import Conflict, Invalid
from apps.desk import selectors, services
from apps.desk.errors import NoSuchStep
from apps.desk.models import OutcomeRecord, RegisterEntry, Request, RetentionRule
from apps.desk.states import Resolution, Status
from apps.desk.types import KEEP_DAYS
from apps.desk.types.submissions import Upload
from apps.ledger import selectors as ledger
from apps.ledger.models import PersonalCommitment
from tests.desk.conftest import AT
from tests.desk.test_filing import everything_on_disk

pytestmark = pytest.mark.django_db
MARKS = ("Mustermann", "asker@example.org", "Zebrastreifen", "Wolkenkuckucksheim", "Geheimnis")


def whole_database() -> str:
    """Every row of every table as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [row[0] for row in cursor.fetchall()]
        query = sql.SQL("SELECT coalesce(string_agg(row_to_json(t)::text, ' '), '') FROM {} t")
        texts: list[str] = []
        for table in tables:
            cursor.execute(query.format(sql.Identifier(table)))
            texts += cursor.fetchone() or ()
    return " ".join(texts)


@pytest.fixture
def busy(make: Callable[..., Request], clerk: User, second: User) -> Request:
    """A request with something in every table."""
    case = make(subject="Zebrastreifen", description="Wolkenkuckucksheim", place="Geheimnis 1")
    services.confirm(case=case, at=AT)
    services.run_due(at=AT)
    services.take(case=case, by=clerk, at=AT)
    services.pick_law(case=case, by=clerk, law="uig", at=AT)
    services.ask_clarification(case=case, by=clerk, question="Geheimnis 2", at=AT)
    services.reply(case=case, body="Geheimnis 3", at=AT)
    services.attach_as_citizen(case=case, upload=Upload("Geheimnis.txt", b"Geheimnis 4"), at=AT)
    services.note(case=case, by=clerk, body="Geheimnis 5", at=AT)
    services.hear_third_party(
        case=case, by=clerk, party="Geheimnis 6", question="Geheimnis 7", due_on=(AT + timedelta(9)).date(), at=AT
    )
    services.conclude_hearing(case=case, by=clerk, agrees=None, answer="Geheimnis 8", at=AT)
    services.estimate_fee(case=case, by=clerk, cents=500, reason="Geheimnis 9", at=AT)
    services.answer_fee(case=case, agrees=True, at=AT)
    services.extend(case=case, by=clerk, reason="Geheimnis 10", at=AT)
    services.decide(
        case=case, by=clerk, resolution="partly", text="Geheimnis 11", grounds=["uig-8-internal"], fee_cents=400, at=AT
    )
    services.sign(case=case, by=second, at=AT)
    services.deliver_file(case=case, by=clerk, upload=Upload("b.csv", b"Geheimnis;12"), title="Geheimnis 13", at=AT)
    return case


def test_erasure_leaves_nothing_in_tables_files_and_ledger(busy: Request, clerk: User) -> None:
    services.publish(case=busy, by=clerk, title="Crossings", summary="Partly answered", at=AT)
    assert all(mark in whole_database() for mark in MARKS)
    busy = services.close(case=busy, by=clerk, at=AT)
    assert busy.erase_on is not None
    early = AT + timedelta(days=729)
    services.run_due(at=early)
    assert Request.objects.filter(pk=busy.pk).exists()
    uid, number, commitments = str(busy.uid), busy.case_number, busy.commitments
    assert ledger.opens(commitments[0], f"{number} {uid} received")
    services.run_due(at=AT + timedelta(days=731))
    text = whole_database()
    assert [mark for mark in (*MARKS, uid, number) if mark in text] == []
    assert everything_on_disk() == b""
    assert PersonalCommitment.objects.filter(pk__in=commitments, salt__isnull=True).count() == len(commitments) >= 2
    assert not ledger.opens(commitments[0], f"{number} {uid} received")
    assert ledger.verify().ok


def test_numbers_and_register_outlive_the_request_without_it(busy: Request, clerk: User) -> None:
    services.publish(case=busy, by=clerk, title="Crossings", summary="Partly answered", at=AT)
    services.close(case=busy, by=clerk, at=AT)
    services.run_due(at=AT + timedelta(days=800))
    assert RegisterEntry.objects.get().request is None
    figures = selectors.figures(2026)
    assert (figures.received, figures.closed, figures.in_time, figures.extended) == (1, 1, 1, 1)
    assert figures.fee_cents == 400


@pytest.mark.parametrize("resolution", Resolution)
def test_every_outcome_has_its_own_period(resolution: Resolution) -> None:
    assert KEEP_DAYS[resolution] >= 90


def test_a_city_sets_its_own_period(case: Request) -> None:
    RetentionRule.objects.update_or_create(resolution="withdrawn", defaults={"days": 7})
    assert services.withdraw(case=case, at=AT).erase_on == date(2026, 5, 11)


def test_a_request_can_be_withdrawn_until_it_is_decided(work: Request, clerk: User) -> None:
    services.decide(case=work, by=clerk, resolution="refused", text="No", grounds=["uig-8-vague"], at=AT)
    done = services.withdraw(case=work, at=AT)
    assert (done.status, done.resolution) == (Status.CLOSED, Resolution.WITHDRAWN)
    assert done.decisions.get().state == "sent-back"
    assert OutcomeRecord.objects.get().resolution == "withdrawn"
    with pytest.raises(NoSuchStep):
        services.withdraw(case=done, at=AT)
    with pytest.raises(Conflict):
        services.reply(case=done, body="Hello?", at=AT)


def test_a_decided_request_is_not_withdrawn(work: Request, clerk: User) -> None:
    services.decide(case=work, by=clerk, resolution="granted", text="Yes", at=AT)
    with pytest.raises(NoSuchStep):
        services.withdraw(case=work, at=AT)


def test_nothing_is_published_without_consent_or_with_a_name(
    make: Callable[..., Request], clerk: User, work: Request
) -> None:
    silent = make(register_consent=False)
    for case in (silent, work):
        if case is silent:
            services.take(case=case, by=clerk, at=AT)
            services.pick_law(case=case, by=clerk, law="uig", at=AT)
        services.decide(case=case, by=clerk, resolution="granted", text="Yes", at=AT)
    with pytest.raises(Conflict, match="did not agree"):
        services.publish(case=silent, by=clerk, title="Air", summary="Here", at=AT)
    with pytest.raises(Invalid, match="names the requester"):
        services.publish(case=work, by=clerk, title="Air", summary="Erika asked", at=AT)
    assert services.publish(case=work, by=clerk, title="Air", summary="Somebody asked", at=AT).pk


def test_a_delivered_file_ends(work: Request, clerk: User) -> None:
    services.decide(case=work, by=clerk, resolution="granted", text="Yes", at=AT)
    made = services.deliver_file(case=work, by=clerk, upload=Upload("a.csv", b"1;2"), title="Data", days=7, at=AT)
    assert b"1;2" in everything_on_disk()
    services.run_due(at=AT + timedelta(days=8))
    made.refresh_from_db()
    assert made.file is None
    assert made.ended_at is not None
    assert everything_on_disk() == b""


def test_only_what_was_granted_is_delivered(work: Request, clerk: User) -> None:
    with pytest.raises(Conflict, match="Only what was granted"):
        services.deliver_file(case=work, by=clerk, upload=Upload("a.csv", b"1;2"), title="Data", at=AT)
    assert everything_on_disk() == b""
