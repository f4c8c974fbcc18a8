"""Behind the secret link: everything a requester can do without scripts, and the same answer to everybody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts.models import User
from apps.desk import services
from apps.desk.models import Request
from apps.desk.services import links
from apps.desk.states import Status
from apps.desk.types.submissions import Upload
from tests.desk.conftest import _own_files, case, clerk, make, second, work

__all__ = ["_own_files", "case", "clerk", "make", "second", "work"]
pytestmark = pytest.mark.django_db


def url_of(request: Request, *more: str) -> str:
    """The status page's address, and what lies below."""
    return "/".join(["/anfragen/stand", links.current(case=request, purpose="status"), *more])


def test_a_status_page_is_private_and_not_indexed(client: Client, case: Request) -> None:
    page = client.get(url_of(case))
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]
    assert page["Referrer-Policy"] == "strict-origin"
    assert case.case_number.encode() in page.content


def test_everything_that_is_no_link_gets_the_same_answer(client: Client, case: Request) -> None:
    old = url_of(case)
    services.renew_link(case=case)
    confirm = links.issue(case=case, purpose="confirm")
    addresses = [old, f"/anfragen/stand/{confirm}", "/anfragen/stand/" + "A" * 43, "/anfragen/stand/x"]
    answers = [client.get(address) for address in addresses]
    assert {answer.status_code for answer in answers} == {404}
    number = re.compile(rb"[0-9a-f]{32}|/anfragen/stand/[A-Za-z0-9_%-]+|%2Fanfragen[A-Za-z0-9_%-]+")
    assert len({number.sub(b"", answer.content) for answer in answers}) == 1


def test_notes_hearings_and_names_of_staff_stay_inside(client: Client, work: Request, clerk: User) -> None:
    services.note(case=work, by=clerk, body="Troublesome person")
    services.write(case=work, by=clerk, body="We are on it")
    services.attach_as_staff(case=work, by=clerk, upload=Upload("internal-draft.txt", b"inside"))
    text = client.get(url_of(work)).content.decode()
    assert "We are on it" in text
    assert not [word for word in ("Troublesome", "internal-draft", clerk.display_name) if word in text]


def test_a_message_with_files_arrives_and_a_bad_file_stops_nothing(client: Client, work: Request) -> None:
    good = SimpleUploadedFile("plan.txt", b"a plan")
    bad = SimpleUploadedFile("run.exe", b"MZ\x90\0")
    page = client.post(url_of(work, "nachricht"), {"body": "Here", "files": [good, bad]}, follow=True)
    assert b"run.exe: Files of this type are not taken" in page.content
    assert work.messages.get().body == "Here"
    assert work.files.get().name == "plan.txt"


def test_an_empty_message_is_pointed_out(client: Client, work: Request) -> None:
    page = client.post(url_of(work, "nachricht"), {"body": "  "})
    assert page.status_code == 400
    assert b"write a message or choose a file" in page.content


def test_a_file_is_a_download_whatever_it_is_and_nobody_elses(
    client: Client, make: Callable[..., Request], clerk: User
) -> None:
    mine, other = make(), make()
    file = services.attach_as_staff(case=mine, by=clerk, upload=Upload("a.txt", b"<b>bold</b>"), shown=True)
    hidden = services.attach_as_staff(case=mine, by=clerk, upload=Upload("b.txt", b"hidden"))
    answer = client.get(url_of(mine, "dateien", str(file.uid)))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer.streaming_content) == b"<b>bold</b>"  # type: ignore[attr-defined]
    assert client.get(url_of(other, "dateien", str(file.uid))).status_code == 404
    assert client.get(url_of(mine, "dateien", str(hidden.uid))).status_code == 404


def test_a_requester_destroys_a_file_of_their_own(client: Client, work: Request, settings: object) -> None:
    client.post(url_of(work, "nachricht"), {"files": [SimpleUploadedFile("a.txt", b"4711")]})
    file = work.files.get()
    client.post(url_of(work, "dateien", str(file.uid), "vernichten"))
    services.run_due()
    assert not work.files.exists()
    folder = Path(settings.NODE.files_dir)  # type: ignore[attr-defined]
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_withdrawing_needs_the_box(client: Client, work: Request) -> None:
    client.post(url_of(work, "ruecknahme"))
    work.refresh_from_db()
    assert work.status == Status.WORK
    client.post(url_of(work, "ruecknahme"), {"sure": "on"})
    work.refresh_from_db()
    assert work.status == Status.CLOSED


def test_a_fee_is_agreed_to(client: Client, work: Request, clerk: User) -> None:
    services.estimate_fee(case=work, by=clerk, cents=1_250, reason="Two hours")
    assert b"12.50 euros" in client.get(url_of(work)).content
    client.post(url_of(work, "gebuehr"), {"answer": "yes"})
    assert b"12.50 euros at the most" in client.get(url_of(work)).content, "what was agreed to stays to be read"
    work.refresh_from_db()
    assert (work.status, work.fee.state) == (Status.WORK, "agreed")


def test_what_is_no_longer_possible_says_so_calmly(client: Client, work: Request) -> None:
    page = client.post(url_of(work, "gebuehr"), {"answer": "yes"}, follow=True)
    assert page.status_code == 200
    assert b"cannot be done while" in page.content


def test_a_decision_shows_grounds_and_remedy(client: Client, work: Request, clerk: User, second: User) -> None:
    services.decide(case=work, by=clerk, resolution="refused", text="Not possible", grounds=["uig-9-secrets"])
    assert b"Not possible" not in client.get(url_of(work)).content
    services.sign(case=work, by=second)
    english = client.get(url_of(work)).content.decode()
    legal = english[english.index("<h2") :]
    assert '<div lang="de">' in legal
    for word in ("Geschäftsgeheimnisse", "Klage", "the German text above is binding", "business secrets", "an action"):
        assert word in legal, word
    german = client.get(url_of(work), headers={"accept-language": "de"}).content.decode()
    shown = german[german.index('id="decision"') : german.index('id="asked"')]
    assert ("Klage" in shown, "bring an action" in shown) == (True, False)


def test_a_new_link_closes_the_old_one(client: Client, case: Request) -> None:
    old = url_of(case)
    page = client.post(url_of(case, "link"), follow=True)
    assert page.status_code == 200
    assert client.get(old).status_code == 404


def test_opening_the_mail_confirms_nothing_pressing_the_button_does(client: Client, case: Request) -> None:
    address = "/anfragen/bestaetigen/" + links.issue(case=case, purpose="confirm")
    client.get(address)
    case.refresh_from_db()
    assert case.email_confirmed_at is None
    client.post(address)
    case.refresh_from_db()
    assert case.status == Status.CONFIRMED


def test_register_and_figures_show_no_person(client: Client, work: Request, clerk: User) -> None:
    services.decide(case=work, by=clerk, resolution="granted", text="Yes")
    services.publish(case=work, by=clerk, title="Air at a square", summary="Values were given")
    services.close(case=work, by=clerk)
    text = client.get("/anfragen/register").content.decode() + client.get("/anfragen/zahlen").content.decode()
    assert "Air at a square" in text
    assert not [word for word in (work.case_number, "Erika", "asker@") if word in text]


@pytest.mark.parametrize("year", ["", "2026", "1", "99999999999999999999", "2025999", "²", "-1", "x"])
def test_any_year_gives_a_page(client: Client, year: str) -> None:
    assert client.get("/anfragen/zahlen", {"year": year}).status_code == 200


def test_a_status_page_needs_few_queries(
    client: Client, work: Request, clerk: User, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for number in range(10):
        services.write(case=work, by=clerk, body=f"Message {number}")
    address = url_of(work)
    with django_assert_max_num_queries(20):  # type: ignore[attr-defined]
        client.get(address)


@pytest.mark.parametrize("written", ["de", "en"])
def test_a_decision_in_the_other_language_says_so(client: Client, work: Request, clerk: User, written: str) -> None:
    other, note = {"de": ("en", "in German only"), "en": ("de", "nur auf Englisch")}[written]
    services.decide(case=work, by=clerk, resolution="granted", text="Ja / Yes", language=written)
    page = client.get(url_of(work), headers={"Accept-Language": other}).content.decode()
    assert note in page
    assert f'lang="{written}">Ja / Yes</p>' in page
    same = client.get(url_of(work), headers={"Accept-Language": written}).content.decode()
    assert "there is no translation" not in same
    assert "eine Übersetzung gibt es nicht" not in same


def test_a_decision_is_in_the_requesters_language_unless_said_otherwise(work: Request, clerk: User) -> None:
    assert services.decide(case=work, by=clerk, resolution="granted", text="Yes").language == work.language == "en"
