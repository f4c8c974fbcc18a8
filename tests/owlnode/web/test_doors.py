"""The short way in for machines: what it leaves out, what it keeps, and who may not take it."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from owlnode.web.doors import InnermostMiddleware, MachineDoorMiddleware

pytestmark = pytest.mark.django_db


def _door() -> MachineDoorMiddleware:
    """A door whose two ways say which they are, and in which language."""

    def innermost(request: HttpRequest) -> HttpResponse:
        return HttpResponse(f"short {request.user} {translation.get_language()}")

    InnermostMiddleware(innermost)
    return MachineDoorMiddleware(lambda _request: HttpResponse("long"))


@pytest.mark.parametrize(
    ("path", "cookies", "way"),
    [
        ("/sta/v1.1/Things", False, b"short"),
        ("/ingest/v1/readings", False, b"short"),
        ("/sta/v1.1/Things", True, b"long"),
        ("/console/", False, b"long"),
        ("/api/v1/docs", False, b"long"),
    ],
)
def test_only_a_machines_address_without_cookies_leads_the_short_way(path: str, cookies: bool, way: bytes) -> None:
    request = RequestFactory().get(path, headers={"cookie": "sessionid=1"} if cookies else {})
    assert _door()(request).getvalue().split()[0] == way


@pytest.mark.parametrize(("asked", "given"), [("de", "de"), ("en-GB,en;q=0.9", "en"), ("", "en")])
def test_the_language_is_the_one_asked_for_whatever_the_thread_spoke_before(asked: str, given: str) -> None:
    translation.activate("de" if given == "en" else "en")
    request = RequestFactory().get("/sta/v1.1", headers={"accept-language": asked} if asked else {})
    assert _door()(request).getvalue() == f"short AnonymousUser {given}".encode()


def test_a_machines_answer_is_guarded_but_carries_nothing_of_a_page(client: Client) -> None:
    answer = client.get("/sta/v1.1")
    assert answer.status_code == 200
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Request-Id"]
    assert not answer.cookies
    assert "Content-Security-Policy" not in answer
    assert int(answer["Content-Length"]) == len(answer.content)


def test_a_foreign_host_is_refused_at_this_door_too(client: Client) -> None:
    assert client.get("/sta/v1.1", headers={"host": "elsewhere.example"}).status_code == 400


def test_an_unknown_address_of_machines_is_answered_in_json(client: Client) -> None:
    answer = client.get("/ingest/v1/nothing")
    assert answer.status_code == 404
    assert answer.json() == {"code": 404, "type": "not-found", "message": "There is nothing at this address."}
