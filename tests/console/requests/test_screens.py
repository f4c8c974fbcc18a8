"""The desk's screens: what waits, one request with every act, and nothing for who may not."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.types import Role
from apps.console.requests.acting import CALLS
from apps.console.requests.panels import BY_KEY
from apps.desk import services
from apps.desk.models import Note, Request
from apps.desk.states import Status
from tests.desk.conftest import _own_files, case, clerk, make, person, second, texts, work

__all__ = ["_own_files", "case", "clerk", "make", "second", "texts", "work"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    """Signed in as a clerk."""
    client.force_login(clerk)
    return client


def do(client: Client, case: Request, act: str, **data: object) -> int:
    """Send an act's form; the answer's status."""
    answer = client.post(f"/console/requests/{case.case_number}/do/{act}", data)
    case.refresh_from_db()
    return answer.status_code


def test_every_panel_has_its_call_and_every_call_its_panel() -> None:
    assert set(CALLS) == set(BY_KEY)


def test_the_inbox_shows_lights_with_words_and_filters(desk: Client, work: Request) -> None:
    text = desk.get("/console/requests/").content.decode()
    assert work.case_number in text
    assert "desk-lamp--" in text
    assert "Due on" in text
    assert work.case_number not in desk.get("/console/requests/", {"law": "ifg"}).content.decode()
    assert work.case_number in desk.get("/console/requests/", {"whose": "mine", "words": "market"}).content.decode()
    assert desk.get("/console/requests/", {"status": "nonsense", "page": "x"}).status_code == 200


def test_a_request_goes_its_way_by_the_screens(desk: Client, case: Request, second: User) -> None:
    assert do(desk, case, "take") == 302
    assert do(desk, case, "law", law="uig") == 302
    assert do(desk, case, "note", text="Careful") == 302
    assert do(desk, case, "extend", text="Much to read") == 302
    assert do(desk, case, "decide", resolution="refused", text="No", grounds=["uig-8-vague"]) == 302
    assert case.status == Status.WORK
    page = desk.get(f"/console/requests/{case.case_number}").content.decode()
    assert "somebody else has to sign" in page
    assert "Sign and send" not in page
    other = Client()
    other.force_login(second)
    assert do(other, case, "sign") == 302
    assert (case.status, case.resolution) == (Status.DECIDED, "refused")
    assert do(desk, case, "close") == 302
    assert case.status == Status.CLOSED
    assert Note.objects.get().body == "Careful"


def test_who_signs_sees_what_the_decision_costs(work: Request, clerk: User, second: User, client: Client) -> None:
    services.estimate_fee(case=work, by=clerk, cents=1_250, reason="Two hours")
    services.answer_fee(case=work, agrees=True)
    services.decide(case=work, by=clerk, resolution="partly", text="A part", grounds=["uig-8-vague"], fee_cents=1_000)
    client.force_login(second)
    page = client.get(f"/console/requests/{work.case_number}", headers={"Accept-Language": "de"}).content.decode()
    assert "Gebühr von 10,00 Euro" in page


def test_a_mistake_keeps_what_was_written(desk: Client, work: Request) -> None:
    url = f"/console/requests/{work.case_number}/do/decide"
    answer = desk.post(url, {"resolution": "refused", "text": "A long and careful text"})
    assert answer.status_code == 400
    assert b"A long and careful text" in answer.content
    assert b"at least one ground" in answer.content


@pytest.mark.usefixtures("texts")
def test_a_template_fills_the_form_in_the_requesters_language(desk: Client, work: Request) -> None:
    page = desk.get(f"/console/requests/{work.case_number}", {"template": "refuse"}).content.decode()
    assert "we have examined your request “Air at the market” under the UIG NRW" in page


def test_files_are_shown_hidden_redacted_and_destroyed(desk: Client, work: Request) -> None:
    do(desk, work, "attach", file_upload=SimpleUploadedFile("a.txt", b"4711"))
    file = work.files.get()
    base = f"/console/requests/{work.case_number}/files"
    assert b"".join(desk.get(f"{base}/{file.uid}").streaming_content) == b"4711"  # type: ignore[attr-defined]
    desk.post(f"{base}/{file.uid}/show")
    desk.post(f"{base}/{file.uid}/redact", {"file_upload": SimpleUploadedFile("a.txt", b"####")})
    file.refresh_from_db()
    assert file.shown
    assert file.redacted_at is not None
    desk.post(f"{base}/{file.uid}/remove")
    assert not work.files.exists()


def test_delivering_and_publishing(desk: Client, work: Request) -> None:
    do(desk, work, "decide", resolution="granted", text="Yes")
    upload = SimpleUploadedFile("a.csv", b"1;2")
    assert do(desk, work, "deliver-file", title="Values", file_upload=upload, days="30") == 302
    assert do(desk, work, "publish", title="Air", text="Values were given") == 302
    assert work.deliveries.get().title == "Values"
    assert do(desk, work, "deliver-dataset", dataset_key="nothing", kind="export") == 400


def test_the_fee_that_was_charged_is_shown_and_not_the_estimate(desk: Client, work: Request, clerk: User) -> None:
    services.estimate_fee(case=work, by=clerk, cents=500, reason="Work")
    assert "5.00 €" in desk.get(f"/console/requests/{work.case_number}").content.decode()
    services.answer_fee(case=work, agrees=True)
    services.decide(case=work, by=clerk, resolution="granted", text="Yes", fee_cents=400)
    page = desk.get(f"/console/requests/{work.case_number}").content.decode()
    assert ("4.00 €" in page, "5.00 €" in page) == (True, False)


def test_the_law_is_asked_for_first_and_stands_back_once_it_is_set(desk: Client, case: Request) -> None:
    page = desk.get(f"/console/requests/{case.case_number}").content.decode()
    assert ("Triage: which law?" in page, "Choose another law" in page) == (True, False)
    do(desk, case, "law", law="uig")
    page = desk.get(f"/console/requests/{case.case_number}").content.decode()
    assert ("Triage: which law?" in page, "Choose another law" in page) == (False, True)
    do(desk, case, "law", law="ifg")
    assert case.law == "ifg"


def test_who_is_not_of_the_department_finds_nothing(client: Client, work: Request, clerk: User) -> None:
    green = accounts.create_department(slug="green", name_de="Grün", name_en="Green")
    other = accounts.create_department(slug="other", name_de="Andere", name_en="Other")
    Request.objects.filter(pk=work.pk).update(department=other)
    gardener = accounts.create_person(username="gardener", password=None, staff=True)
    accounts.assign_role(user=gardener, role=Role.DESK, department=green)
    client.force_login(gardener)
    assert client.get(f"/console/requests/{work.case_number}").status_code == 404
    assert do(client, work, "note", text="hello") == 302
    assert not Note.objects.exists()


@pytest.mark.parametrize("act", ["nothing", "sign", "recall", "send-home", "heard", "resume"])
def test_an_act_that_is_not_possible_now_changes_nothing(desk: Client, case: Request, act: str) -> None:
    assert do(desk, case, act, text="x") in {302, 404}
    assert case.status == Status.RECEIVED


def test_a_page_needs_few_queries(
    desk: Client, work: Request, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for number in range(8):
        do(desk, work, "note", text=f"Note {number}")
    with django_assert_max_num_queries(45):  # type: ignore[attr-defined]
        desk.get(f"/console/requests/{work.case_number}")


def test_an_owner_of_data_is_refused(client: Client, case: Request) -> None:
    client.force_login(person("owner", role=Role.OWNER))
    assert client.get("/console/requests/").status_code == 403
