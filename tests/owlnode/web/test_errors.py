"""Errors look like every other page and say the way out."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import set_script_prefix
from django.utils import translation

from owlnode.web import errors

pytestmark = pytest.mark.django_db


def test_a_missing_page_is_explained(client: Client) -> None:
    answer = client.get("/there-is-no-such-page", headers={"Accept-Language": "de"})
    assert answer.status_code == 404
    assert "Hier gibt es nichts" in answer.content.decode()


@pytest.mark.parametrize("status", [400, 403, 404, 500])
@pytest.mark.parametrize("language", ["de", "en"])
def test_each_error_has_its_page(rf: RequestFactory, status: int, language: str) -> None:
    set_script_prefix("/")
    with translation.override(language):
        answer = {
            400: lambda r: errors.bad_request(r, SuspiciousOperation()),
            403: lambda r: errors.forbidden(r, PermissionDenied()),
            404: lambda r: errors.not_found(r, Exception()),
            500: errors.failed,
        }[status](_request(rf))
    assert answer.status_code == status
    assert f'lang="{language}"' in answer.content.decode()
    assert "kern-heading" in answer.content.decode()


def test_a_form_without_its_protection_says_what_to_do() -> None:
    answer = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})
    assert answer.status_code == 403
    assert "once more" in answer.content.decode()


def test_an_error_page_that_breaks_falls_back_to_plain_words(
    rf: RequestFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the template is gone")

    monkeypatch.setattr(errors, "render", break_down)
    answer = errors.failed(_request(rf))
    assert (answer.status_code, "Störung" in answer.content.decode()) == (500, True)


def _request(rf: RequestFactory) -> HttpRequest:
    request = rf.get("/somewhere")
    request.csp_nonce = ""  # type: ignore[attr-defined]  # what the middleware gives
    return request
