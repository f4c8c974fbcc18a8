"""The form without scripts: four steps, nothing lost on the way back, received at once, machines kept out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from altcha import v1 as altcha
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from apps.desk.models import Request
from apps.portal.requests import drafts, spam

pytestmark = pytest.mark.django_db
URL = "/anfragen/neu"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spam, "PAUSE_SECONDS", 0)
    cache.clear()


def draft_in(content: bytes) -> str:
    """The sealed draft of a page."""
    found = re.search(r'name="draft" value="([^"]+)"', content.decode())
    assert found is not None
    return found[1]


class Citizen:
    """Fills in the form step by step."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.page = client.get(URL)

    def go(self, step: int, button: str = "next", **fields: str) -> Any:
        """Send the form of a step."""
        data = {"draft": draft_in(self.page.content), "step": str(step), "go": button, **fields}
        self.page = self.client.post(URL, data)
        return self.page

    @property
    def answer(self) -> str:
        """The small sum of the present draft."""
        draft = drafts.opened(draft_in(self.page.content))
        assert draft is not None
        return str(sum(draft.sum))

    def to_the_end(self, **changes: str) -> None:
        """Three steps with sensible entries."""
        fields = {"email": "asker@example.org", "requester_kind": "person"} | changes
        self.go(1, subject="Air at the market", description="Nitrogen dioxide, hourly")
        self.go(2, place="Market", period="2025")
        self.go(3, **fields)


def test_four_steps_lead_to_a_number_and_a_link(client: Client) -> None:
    citizen = Citizen(client)
    citizen.to_the_end()
    assert b"Nitrogen dioxide, hourly" in citizen.page.content
    page = citizen.go(4, sum=citizen.answer, register_consent="on")
    case = Request.objects.get()
    assert case.case_number.encode() in page.content
    link = re.search(r'href="(/anfragen/stand/[^"]+)"', page.content.decode())
    assert link is not None
    assert client.get(link[1]).status_code == 200
    assert (case.place, case.period, case.register_consent) == ("Market", "2025", True)
    assert "no-store" in page["Cache-Control"]


def test_nothing_personal_is_in_an_address_a_cookie_or_a_session(client: Client) -> None:
    citizen = Citizen(client)
    citizen.to_the_end(requester_name="Erika Mustermann")
    citizen.go(4, sum=citizen.answer)
    assert citizen.page.status_code == 200
    assert "sessionid" not in client.cookies
    assert not [cookie for cookie in client.cookies.values() if "Erika" in cookie.value]


def test_going_back_keeps_what_was_written_even_if_it_was_wrong(client: Client) -> None:
    citizen = Citizen(client)
    citizen.go(1, subject="Air", description="All of it")
    citizen.go(2, place="Market", period="")
    back = citizen.go(3, "back", email="not an address", requester_name="Erika")
    assert b'value="Market"' in back.content
    forward = citizen.go(2, place="Market", period="")
    assert b'value="not an address"' in forward.content
    assert b'value="Erika"' in forward.content


def test_a_mistake_is_named_in_a_summary_that_leads_to_the_field(client: Client) -> None:
    page = Citizen(client).go(1, subject="", description="Something")
    text = page.content.decode()
    assert 'role="alert"' in text
    assert 'href="#id_subject"' in text
    assert "Something" in text
    assert text.count("<h1") == 1


def test_the_same_form_sent_twice_is_one_request(client: Client) -> None:
    citizen = Citizen(client)
    citizen.to_the_end()
    data = {"draft": draft_in(citizen.page.content), "step": "4", "go": "next", "sum": citizen.answer}
    first, second = client.post(URL, data), client.post(URL, data)
    assert Request.objects.count() == 1
    assert Request.objects.get().case_number.encode() in first.content
    assert Request.objects.get().case_number.encode() in second.content


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("sum", "1", "right number"), ("sum", "", "right number"), ("website", "http://spam", "must stay empty")],
)
def test_machines_are_kept_out_and_people_told_why(client: Client, field: str, value: str, words: str) -> None:
    citizen = Citizen(client)
    citizen.to_the_end()
    fields = {"sum": citizen.answer} | {field: value}
    page = citizen.go(4, **fields)
    assert words in page.content.decode()
    assert not Request.objects.exists()
    citizen.go(4, sum=citizen.answer)
    assert Request.objects.count() == 1


def test_who_is_faster_than_a_person_is_asked_to_send_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spam, "PAUSE_SECONDS", 60)
    citizen = Citizen(client)
    citizen.to_the_end()
    assert b"very fast" in citizen.go(4, sum=citizen.answer).content
    assert not Request.objects.exists()


def test_the_proof_of_work_stands_in_for_the_sum_once(client: Client) -> None:
    puzzle = spam.challenge()
    made = altcha.Challenge(**puzzle)
    found = altcha.solve_challenge(made)
    assert found is not None
    payload = altcha.Payload(
        algorithm=made.algorithm,
        challenge=made.challenge,
        number=found.number,
        salt=made.salt,
        signature=made.signature,
    ).to_base64()
    citizen = Citizen(client)
    citizen.to_the_end()
    citizen.go(4, altcha=payload)
    assert Request.objects.count() == 1
    again = Citizen(client)
    again.to_the_end()
    again.go(4, altcha=payload)
    assert Request.objects.count() == 1


@pytest.mark.parametrize("payload", ["x", "e30=", "W10=", "bnVsbA==", "ü", "A" * 5000])
def test_whatever_is_no_proof_is_none(payload: str) -> None:
    assert not spam.solved(payload)


def test_one_mailbox_sends_only_so_many_a_day_and_loses_nothing(client: Client) -> None:
    for _number in range(spam.MAILS_A_DAY):
        citizen = Citizen(client)
        citizen.to_the_end()
        citizen.go(4, sum=citizen.answer)
    citizen = Citizen(client)
    citizen.to_the_end()
    page = citizen.go(4, sum=citizen.answer)
    assert page.status_code == 429
    assert b"Nitrogen dioxide, hourly" in page.content
    assert Request.objects.count() == spam.MAILS_A_DAY


@pytest.mark.parametrize("sealed", ["", "nonsense", "a:b:c", "x" * 20_000])
def test_a_broken_or_old_form_begins_anew_with_what_was_written(client: Client, sealed: str) -> None:
    page = client.post(URL, {"draft": sealed, "step": "1", "subject": "Air", "description": "All"})
    assert page.status_code == 400
    assert b'value="Air"' in page.content


@pytest.mark.parametrize("key", ["nothing", "", "x" * 400, "<script>", "a\x00b", "\u202e"])
def test_an_unknown_dataset_changes_nothing(client: Client, key: str) -> None:
    page = client.get(URL, {"dataset": key})
    assert page.status_code == 200
    assert b"<script>alert" not in page.content


def test_addresses_have_names() -> None:
    assert reverse("desk-request") == URL
