"""Problems: every error of ours becomes an RFC 9457 answer that names the part and the way out."""

from __future__ import annotations

import json

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from apps.core import errors, problems


def test_a_problem_names_code_part_and_remedy() -> None:
    answer = problems.problem(errors.Invalid("the time has no zone", part="time", remedy="add Z or +01:00"))
    body = json.loads(answer.content)
    assert answer.status_code == body["status"] == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert (body["code"], body["part"], body["remedy"]) == ("invalid", "time", "add Z or +01:00")


def test_what_is_unknown_is_left_out() -> None:
    body = json.loads(problems.problem(errors.NotFound("nothing here")).content)
    assert "part" not in body
    assert "remedy" not in body


def test_only_our_own_errors_become_answers() -> None:
    @problems.handles_errors
    def refusing(request: HttpRequest) -> HttpResponse:
        raise errors.ClockSkew("clocks differ", offset_seconds=99)

    @problems.handles_errors
    def broken(request: HttpRequest) -> HttpResponse:
        raise KeyError("a bug")

    request = RequestFactory().get("/")
    assert refusing(request).status_code == 401
    with pytest.raises(KeyError):
        broken(request)
