"""What browsers may do with our pages."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from owlnode.web import policy

pytestmark = pytest.mark.django_db


def test_every_page_carries_a_policy_with_nothing_from_elsewhere(client: Client) -> None:
    answer = client.get("/there-is-no-such-page")
    given = answer["Content-Security-Policy"]
    assert "default-src 'none'" in given
    assert "unsafe" not in given
    assert "http" not in given
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


def test_pages_have_no_inline_handlers_and_styles(client: Client) -> None:
    text = client.get("/there-is-no-such-page").content.decode()
    assert re.findall(r"<[^>]+\s(?:on\w+|style)=", text) == []


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("", []),
        ("https://tiles.example.org/{z}/{x}/{y}.png", ["https://tiles.example.org"]),
        ("https://{s}.tiles.example.org:8443/a/{z}/{x}/{y}", ["https://*.tiles.example.org:8443"]),
    ],
)
def test_pictures_may_come_from_the_configured_tile_server_only(url: str, origin: list[str]) -> None:
    given = policy.content_security(url, secure=True)["DIRECTIVES"]
    assert given["img-src"] == ["'self'", "data:", *origin]
    assert given["connect-src"] == ["'self'"]
    assert given["upgrade-insecure-requests"] is True
