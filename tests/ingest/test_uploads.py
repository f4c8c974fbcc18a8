"""Uploading recordings in the admin."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from apps.accounts import services as accounts
from apps.ingest import recordings
from apps.sensors.models import Observation, Quarantined, Thing
from tests.ingest.formats.test_files import BICYCLE, PARKING

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-Passphrase-7"


@pytest.fixture
def operator(client: Client) -> Client:
    """Somebody who may do everything, logged in."""
    accounts.create_administrator(username="operator", password=PASSWORD)
    client.login(username="operator", password=PASSWORD)
    return client


def upload(client: Client, *files: tuple[str, str], kind: str = "", language: str = "en") -> str:
    """Upload files by name and text; the page that comes back."""
    sent = [SimpleUploadedFile(name, text.encode()) for name, text in files]
    answer = client.post(
        reverse("ingest-upload"), {"kind": kind, "recordings": sent}, headers={"Accept-Language": language}
    )
    return b"".join(answer).decode()


def test_the_result_page_shows_the_counts_and_leads_to_quarantine(operator: Client) -> None:
    page = upload(operator, ("2024-04-01.csv", PARKING + "2024-04-01 00:00,5,6\r\n2024-04-01 00:15,x,7\r\n"))
    assert Observation.objects.count() == 3
    assert Quarantined.objects.count() == 1
    assert "<td>3</td>" in page
    assert reverse("admin:sensors_quarantined_changelist") in page
    assert page.count("</html>") == 1


def test_a_site_list_among_the_files_names_the_counters(operator: Client) -> None:
    sites = json.dumps([{"name": "Am großen Tor", "directory": "1001", "channels": [[1001, "Am großen Tor"]]}])
    upload(operator, ("2024-04.csv", BICYCLE), ("site_min.json", sites))
    assert Thing.objects.get().name == "Fahrradzählstelle Am großen Tor (Aufzeichnung aus Münster)"


def test_names_of_files_cannot_smuggle_markup(operator: Client) -> None:
    page = upload(operator, ("<script>alert(1)</script>.csv", "a,b,c\n"))
    assert "<script>alert(1)" not in page
    assert "The header is not that of a recording" in page


@pytest.mark.parametrize("files", [[], [("a.exe", "x")], [("site_min.json", "[]")], [("empty.csv", "")]])
def test_a_form_that_cannot_be_used_is_shown_again(operator: Client, files: list[tuple[str, str]]) -> None:
    page = upload(operator, *files)
    assert "errorlist" in page
    assert "<form" in page


def test_the_form_is_shown_in_both_languages(operator: Client) -> None:
    for language in ("de", "en"):
        answer = operator.get(reverse("ingest-upload"), headers={"Accept-Language": language})
        assert answer.status_code == 200
        assert 'enctype="multipart/form-data"' in answer.content.decode()


def test_staff_without_the_permission_is_refused(client: Client) -> None:
    accounts.create_person(username="guest", password=PASSWORD, staff=True)
    client.login(username="guest", password=PASSWORD)
    assert client.get(reverse("ingest-upload")).status_code == 403


def test_nobody_is_asked_to_log_in(client: Client) -> None:
    answer = client.get(reverse("ingest-upload"))
    assert answer.status_code == 302
    assert "login" in answer.headers["Location"]


def test_the_admins_first_page_leads_here(operator: Client) -> None:
    assert reverse("ingest-upload") in operator.get(reverse("admin:index")).content.decode()


def test_an_import_that_breaks_off_says_so_on_the_page(operator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OperationalError("No space left on device")

    monkeypatch.setattr(recordings, "import_stream", full)
    page = upload(operator, ("2024-04-01.csv", PARKING))
    assert "broke off" in page
    assert "No space left" not in page
    assert page.count("</html>") == 1
