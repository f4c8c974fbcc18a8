"""Every valid submission is received at once, numbered, and found by nobody but who holds the link."""

from __future__ import annotations

import re
import threading
import uuid
from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.db import connection

from apps.core.errors import Invalid
from apps.desk import selectors, services
from apps.desk.errors import NoSuchRequest
from apps.desk.models import CaseCounter, Request, SecretLink
from apps.desk.states import Status
from apps.desk.types.submissions import Receipt, Submission
from apps.ledger.models import Entry
from tests.desk.conftest import AT

pytestmark = pytest.mark.django_db
FORM = Submission(subject="Air", description="All of 2025", email="asker@example.org")


def test_a_submission_is_received_at_once_with_number_deadline_and_link() -> None:
    made = services.receive(submission=FORM, at=AT)
    assert made.case.case_number == "BI-2026-00001"
    assert made.case.status == Status.RECEIVED
    assert made.case.due_on == date(2026, 6, 5)  # 4 June is Corpus Christi
    assert selectors.by_token(made.token, purpose="status") == made.case


def test_no_name_no_reason_and_no_address_are_needed() -> None:
    made = services.receive(submission=Submission(subject="Air", description="All"), at=AT)
    assert made.case.requester_name == ""
    assert made.case.mails.count() == 0


def test_confirming_changes_the_status_but_never_the_deadline_and_twice_is_once() -> None:
    case = services.receive(submission=FORM, at=AT).case
    for day in (20, 25):
        services.confirm(case=case, at=datetime(2026, 5, day, tzinfo=AT.tzinfo))
    case.refresh_from_db()
    assert case.status == Status.CONFIRMED
    assert (case.due_on, case.received_at) == (date(2026, 6, 5), AT)
    assert case.mails.filter(kind="received").count() == 1


def test_a_request_that_nobody_confirms_stays() -> None:
    case = services.receive(submission=FORM, at=AT).case
    services.run_due(at=datetime(2027, 5, 4, tzinfo=AT.tzinfo))
    case.refresh_from_db()
    assert case.status == Status.RECEIVED


def test_the_same_form_sent_twice_is_one_request() -> None:
    first, again = services.receive(submission=FORM, at=AT), services.receive(submission=FORM, at=AT)
    assert (first.new, again.new) == (True, False)
    assert first.case == again.case
    assert selectors.by_token(again.token, purpose="status") == first.case


def test_the_link_is_unguessable_and_not_in_the_database() -> None:
    made = services.receive(submission=FORM, at=AT)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", made.token)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(l)::text FROM desk_secretlink l")
        stored = " ".join(row[0] for row in cursor.fetchall())
    assert made.token not in stored
    assert made.token.encode().hex() not in stored


def test_a_renewed_link_closes_the_old_one() -> None:
    made = services.receive(submission=FORM, at=AT)
    token = services.renew_link(case=made.case, at=AT)
    assert selectors.by_token(token, purpose="status") == made.case
    with pytest.raises(NoSuchRequest):
        selectors.by_token(made.token, purpose="status")


def test_another_secret_key_does_not_break_links_that_were_sent_but_makes_new_ones(settings: object) -> None:
    made = services.receive(submission=FORM, at=AT)
    settings.SECRET_KEY = "another key of at least fifty characters, for the test"  # type: ignore[attr-defined]
    again = services.receive(submission=FORM, at=AT)
    assert again.token != made.token
    assert {selectors.by_token(one.token, purpose="status") for one in (made, again)} == {made.case}


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "ü" * 43, "\ud800", "a" * 5000])
def test_whatever_is_no_link_finds_nothing_in_the_same_words(token: str) -> None:
    made = services.receive(submission=FORM, at=AT)
    confirm = SecretLink.objects.create(request=made.case, purpose="confirm", nonce=b"n", digest="0" * 64)
    assert confirm.pk
    with pytest.raises(NoSuchRequest, match=r"^There is no such page\.$"):
        selectors.by_token(token, purpose="status")


def test_a_link_serves_one_purpose() -> None:
    made = services.receive(submission=FORM, at=AT)
    with pytest.raises(NoSuchRequest):
        selectors.by_token(made.token, purpose="confirm")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("subject", " "),
        ("subject", "x" * 201),
        ("description", ""),
        ("description", "a\x00b"),
        ("email", "nobody"),
        ("email", "a@example.org\nBcc: b@example.org"),
        ("requester_name", "x" * 201),
        ("requester_kind", "a machine"),
    ],
)
def test_what_cannot_be_taken_names_its_field(field: str, value: str) -> None:
    values = {"subject": "Air", "description": "All"} | {field: value}
    with pytest.raises(Invalid) as error:
        services.receive(submission=Submission(**values), at=AT)  # type: ignore[arg-type]
    assert error.value.part == field
    assert not Request.objects.exists()


def test_numbers_begin_anew_each_year_and_follow_the_citys_clock() -> None:
    moments = ["2026-12-31T22:59:00+00:00", "2026-12-31T23:30:00+00:00", "2027-01-01T10:00:00+00:00"]
    cases = [
        services.receive(
            submission=Submission(subject="Air", description="All"), at=datetime.fromisoformat(moment)
        ).case
        for moment in moments
    ]
    assert [case.case_number for case in cases] == ["BI-2026-00001", "BI-2027-00001", "BI-2027-00002"]


@pytest.mark.django_db(transaction=True)
def test_numbers_are_unique_when_many_arrive_at_once() -> None:
    start, made = threading.Barrier(6), []
    twin = uuid.uuid4()

    def send(number: int) -> None:
        try:
            start.wait(10)
            key = twin if number < 2 else uuid.uuid4()
            form = Submission(subject="Air", description="All", key=key)
            made.append(services.receive(submission=form, at=AT))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    receipts: list[Receipt] = made
    assert len(receipts) == 6
    assert len({one.case.case_number for one in receipts}) == Request.objects.count() == 5
    assert CaseCounter.objects.get().last >= 5


def test_the_ledger_knows_that_something_came_and_not_what(make: Callable[..., Request]) -> None:
    case = make()
    entry = Entry.objects.latest("index")
    assert (entry.kind, entry.payload["act"]) == ("request", "received")
    text = f"{entry.subject} {entry.payload}"
    assert not [word for word in (case.case_number, str(case.uid), case.subject, case.email) if word in text]
