"""The city's identity provider: a stand-in that speaks OpenID Connect over HTTP, since the real one is not ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from oidc_provider_mock import run_server_in_thread
from playwright.sync_api import Route
from pydantic import SecretStr
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from owlnode.settings import signin
from tests.browser.door import Person
from tests.browser.windows import Windows

Employ = Callable[..., None]
Come = Callable[..., None]
CALLBACK = "/console/account/provider/oidc/city/login/callback/"
STYLES = "https://cdn.jsdelivr.net/"
"""Where the stand-in has its style sheet; tests fetch nothing from there."""


@pytest.fixture
def issuer(live_server: LiveServer, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The provider, and a node set up for it as ``docs/operations.md`` says, and no more; where the provider is."""
    # A stand-in on this machine speaks HTTP without TLS.
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
    with run_server_in_thread(require_client_registration=True) as server:
        address = f"http://localhost:{server.server_port}"
        wanted = {"redirect_uris": [live_server.url + CALLBACK], "token_endpoint_auth_method": "client_secret_post"}
        client = requests.post(f"{address}/oauth2/clients", json=wanted, timeout=10).json()
        given = {
            "oidc_issuer": f"{address}/",
            "oidc_client_id": client["client_id"],
            "oidc_client_secret": SecretStr(client["client_secret"]),
            "oidc_name": "Stadtkonto",
            "require_mfa": True,
        }
        settings.NODE = settings.NODE.model_copy(update=given)
        settings.SOCIALACCOUNT_PROVIDERS = signin.providers(settings.NODE)
        yield address


@pytest.fixture
def employ(issuer: str) -> Employ:
    """``employ("1", email="o@stadt.example", email_verified=True)``: the provider knows this person by these claims."""

    def put(subject: str, **claims: Any) -> None:
        requests.put(f"{issuer}/users/{subject}", json=claims, timeout=10).raise_for_status()

    return put


@pytest.fixture
def come(issuer: str, windows: Windows) -> Come:
    """``come(person, "1")``: from the node's door to the provider, and back as this subject; "" turns round there."""
    windows.neighbours += [issuer, STYLES]

    def through(person: Person, subject: str) -> None:
        person.page.context.route(f"{STYLES}**", _bare)
        person.page.goto("/console/account/login/")
        person.page.get_by_role("button", name="Stadtkonto").click()
        if subject:
            person.page.get_by_placeholder("sub").fill(subject)
        person.page.get_by_role("button", name="Authorize" if subject else "Deny").click()

    return through


def _bare(route: Route) -> None:
    route.fulfill(body="", content_type="text/css")
