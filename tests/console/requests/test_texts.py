"""Text templates on screen: listed, added, changed, removed; a mistake keeps what was written."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.types import Role
from apps.desk.models import TextTemplate
from tests.desk.conftest import clerk, person

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db
GIVEN = {
    "use": "message",
    "law": "",
    "title_de": "Zwischenstand",
    "title_en": "Where we are",
    "body_de": "Zu {number}: …",
    "body_en": "About {number}: …",
}


@pytest.fixture
def desk(client: Client, clerk: User) -> Client:
    """Signed in as a clerk."""
    client.force_login(clerk)
    return client


def test_a_text_is_added_changed_and_removed(desk: Client) -> None:
    assert desk.post("/console/texts/new", GIVEN).status_code == 302
    assert "Where we are" in desk.get("/console/texts/").content.decode()
    page = desk.get("/console/texts/zwischenstand/").content.decode()
    assert "About {number}: …" in page
    assert "{due}" in page
    desk.post("/console/texts/zwischenstand/", GIVEN | {"title_en": "News"})
    assert TextTemplate.objects.get(key="zwischenstand").title_en == "News"
    desk.post("/console/texts/zwischenstand/remove")
    assert not TextTemplate.objects.filter(key="zwischenstand").exists()
    assert desk.get("/console/texts/zwischenstand/").status_code == 404


def test_an_unknown_placeholder_is_named_and_the_text_stays(desk: Client) -> None:
    answer = desk.post("/console/texts/new", GIVEN | {"body_de": "Guten Tag {anrede}"})
    text = answer.content.decode()
    assert answer.status_code == 400
    assert "There is no placeholder {anrede}." in text
    assert "Guten Tag {anrede}" in text


def test_an_administrator_keeps_texts_but_reads_no_requests(client: Client) -> None:
    client.force_login(person("root", role=Role.ADMINISTRATOR))
    assert client.post("/console/texts/new", GIVEN).status_code == 302
    assert client.get("/console/requests/").status_code == 403
    assert "/console/texts/" in client.get("/console/").content.decode()
