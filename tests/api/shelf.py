"""What the tests of the API look at: a city's datasets of every kind, and how to ask for them."""

from __future__ import annotations

from typing import Any

import orjson
from django.http.response import HttpResponseBase
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import User
from tests.holdings import city
from tests.holdings.city import HOURLY, PUBLIC

SETS: dict[str, dict[str, Any] | None] = {
    "open": PUBLIC,
    "hourly": PUBLIC | HOURLY,
    "peers": {"visibility": "peers"},
    "internal": {"visibility": "internal"},
    "draft": None,
}


def fill() -> dict[str, int]:
    """A datastream with values under each of the terms, and two replicas; ids by the dataset's key."""
    found = {}
    for name, terms in SETS.items():
        found[name] = city.own(name, kind="count" if name == "hourly" else "measure")
        city.record(found[name], {float(minute): float(minute % 7) for minute in range(0, 600, 5)})
        city.dataset(
            name, [found[name]], terms, title_de=f"Datensatz {name}", licence="https://www.govdata.de/dl-de/by-2-0"
        )
    for name, terms in (("given", PUBLIC), ("shared", {"visibility": "peers"})):
        key = f"{name}~herford.example"
        (found[key],) = city.datastreams(city.replica(name, terms))
        city.receive(found[key], {0.0: 5.0}, suppressed=(60.0,))
    return found


def token_for(user: User, *scopes: str) -> str:
    """A secret that speaks for the user."""
    _token, secret = accounts.issue_token(name="test", user=user, scopes=list(scopes or ("api",)), expires_at=None)
    return secret


def ask(path: str, *, token: str = "", client: Client | None = None, **headers: str) -> HttpResponseBase:
    """GET, as a program with a token or as somebody who is signed in."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if token:
        given["Authorization"] = f"Bearer {token}"
    answer: HttpResponseBase = (client or Client()).get(path, headers=given)
    return answer


def signed_in(user: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def body(response: HttpResponseBase) -> bytes:
    """All of an answer, streamed or not."""
    return response.getvalue()


def read(path: str, **how: Any) -> Any:
    """The JSON of a good answer."""
    response = ask(path, **how)
    assert response.status_code == 200, body(response)
    return orjson.loads(body(response))
