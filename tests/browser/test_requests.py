"""The citizen's pages in a real browser: accessible in every look, and the whole way without and with scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page
from playwright.sync_api import Request as Asked

from apps.accounts import services as accounts
from apps.accounts.types import Role
from apps.desk import services
from apps.desk.models import Request
from apps.desk.types.submissions import Submission, Upload
from apps.portal.requests import spam
from tests.browser.looking import LOOKS, Look, Visit, find_faults
from tests.nodes.door import press

pytestmark = pytest.mark.django_db(transaction=True)
ENGLISH = Look(language="en")


@pytest.fixture
def busy(settings: object, tmp_path: object) -> str:
    """A decided request with everything on its page; its address."""
    settings.NODE = settings.NODE.model_copy(update={"files_dir": tmp_path})  # type: ignore[attr-defined]
    clerk = accounts.create_person(username="clerk", password=None, staff=True)
    second = accounts.create_person(username="second", password=None, staff=True)
    for person in (clerk, second):
        accounts.assign_role(user=person, role=Role.DESK)
    made = services.receive(submission=Submission(subject="Air", description="All", email="a@example.org"))
    case = made.case
    services.take(case=case, by=clerk)
    services.pick_law(case=case, by=clerk, law="uig")
    services.extend(case=case, by=clerk, reason="Much")
    services.reply(case=case, body="Thanks")
    services.attach_as_citizen(case=case, upload=Upload("plan.txt", b"plan"))
    services.estimate_fee(case=case, by=clerk, cents=500, reason="Work")
    services.answer_fee(case=case, agrees=True)
    services.decide(case=case, by=clerk, resolution="partly", text="Part", grounds=["uig-8-internal"], fee_cents=400)
    services.sign(case=case, by=second)
    services.deliver_file(case=case, by=clerk, upload=Upload("a.csv", b"1;2"), title="Values")
    return f"/anfragen/stand/{made.token}"


def _fill(page: Page) -> None:
    page.get_by_label("What is it about?").fill("Air at the market")
    page.get_by_label("What would you like to know or get?").fill("Nitrogen dioxide")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Which place?").fill("Market")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Email address").fill("asker@example.org")
    page.get_by_role("button", name="Continue").click()


def test_every_step_is_accessible_in_every_look(visit: Visit) -> None:
    found = {}
    for look in LOOKS:
        page = visit("/anfragen/neu", look)
        found[f"1 {look}"] = find_faults(page)
        press(page.locator("button[name=go][value=next]").last)
        found[f"1 with errors {look}"] = find_faults(page)
        page.locator("#id_subject").fill("Luft")
        page.locator("#id_description").fill("Alles")
        for step in (2, 3, 4):
            press(page.locator("button.kern-btn--primary[name=go]"))
            found[f"{step} {look}"] = find_faults(page)
    assert {name: faults for name, faults in found.items() if faults} == {}


@pytest.mark.parametrize("path", ["/anfragen/register", "/anfragen/zahlen"])
def test_public_pages_are_accessible_in_every_look(visit: Visit, path: str) -> None:
    assert {str(look): faults for look in LOOKS if (faults := find_faults(visit(path, look)))} == {}


def test_the_status_page_is_accessible_in_every_look(visit: Visit, busy: str) -> None:
    assert {str(look): faults for look in LOOKS if (faults := find_faults(visit(busy, look)))} == {}


def test_what_is_sent_from_behind_the_secret_link_arrives_and_no_request_tells_the_link(
    visit: Visit, busy: str
) -> None:
    page = visit("/robots.txt", ENGLISH)
    asked: list[Asked] = []

    def keep(request: Asked) -> None:
        asked.append(request)

    page.on("request", keep)
    page.goto(busy)
    page.get_by_label("Your message").fill("Thank you for the values")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Thank you, your message has arrived.").wait_for()
    token = busy.rpartition("/")[2]
    assert len(asked) > 2
    assert [one.url for one in asked if token in one.all_headers().get("referer", "")] == []


def test_asking_works_without_scripts(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spam, "PAUSE_SECONDS", 0)
    page = visit("/anfragen/neu", Look(language="en", javascript=False))
    _fill(page)
    page.get_by_role("button", name="Back").click()
    assert page.get_by_label("Email address").input_value() == "asker@example.org"
    page.get_by_role("button", name="Continue").click()
    words = page.get_by_label(re.compile("How much is")).evaluate("e => e.labels[0].textContent")
    first, second = re.findall(r"\d+", words)
    page.get_by_label(re.compile("How much is")).fill(str(int(first) + int(second)))
    page.get_by_role("button", name="Send request").click()
    page.get_by_role("heading", name="Your request has arrived").wait_for()
    assert Request.objects.get().case_number in page.content()


def test_with_scripts_nobody_does_a_sum(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spam, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(spam, "WORK", 500)
    page = visit("/anfragen/neu", ENGLISH)
    _fill(page)
    page.wait_for_function("document.querySelector('input[name=altcha]')?.value")
    assert page.get_by_label(re.compile("How much is")).is_hidden()
    page.get_by_role("button", name="Send request").click()
    page.get_by_role("heading", name="Your request has arrived").wait_for()
    assert find_faults(page) == []


def test_whoever_sends_before_the_proof_is_done_waits_for_it(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spam, "PAUSE_SECONDS", 0)
    monkeypatch.setattr(spam, "WORK", 500)
    page = visit("/robots.txt", ENGLISH)
    # A browser that takes its time for each hash, until it is told to go on.
    page.add_init_script(
        "const quick = crypto.subtle.digest.bind(crypto.subtle);"
        "const told = new Promise(done => { window.hurry = done; });"
        "crypto.subtle.digest = async (...given) => { await told; return quick(...given); };"
    )
    page.goto("/anfragen/neu")
    _fill(page)
    page.get_by_role("button", name="Send request").click()
    page.get_by_role("status").filter(has_text="One moment").wait_for()
    assert not Request.objects.exists()
    page.evaluate("window.hurry()")
    page.get_by_role("heading", name="Your request has arrived").wait_for()
    assert Request.objects.count() == 1


def test_enter_goes_on_and_the_back_button_keeps_what_was_written(visit: Visit) -> None:
    page = visit("/anfragen/neu", ENGLISH)
    page.get_by_label("What would you like to know or get?").fill("Nitrogen dioxide")
    page.get_by_label("What is it about?").fill("Air")
    page.get_by_label("What is it about?").press("Enter")
    page.get_by_label("Which place?").wait_for()
    page.go_back()
    assert page.get_by_label("What is it about?").input_value() == "Air"
