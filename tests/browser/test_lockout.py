"""Too many wrong passwords: what the screen says, who still gets in, and how the person is let in again."""

from __future__ import annotations

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.types import Role
from tests.browser.door import PASSWORD, Arrive, Person
from tests.browser.looking import LANGUAGES

pytestmark = pytest.mark.django_db(transaction=True)
LOCKED = "Please wait a quarter of an hour"


@pytest.fixture
def colleagues() -> dict[str, User]:
    """Olga, who will forget her password, and Stefan, who administrates."""
    made = {}
    for name, role in (("olga", Role.STEWARD), ("stefan", Role.ADMINISTRATOR)):
        made[name] = accounts.create_person(username=name, password=PASSWORD, staff=True)
        accounts.assign_role(user=made[name], role=role)
    return made


def _guess(person: Person, name: str) -> None:
    """Until the door shuts: from the same address, the last time in the browser."""
    for _attempt in range(settings.AXES_FAILURE_LIMIT - 2):
        Client().post("/console/account/login/", {"login": name, "password": "Sommer2026!"})
    person.sign_in(name, "Sommer2026!")
    person.at(LOCKED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_guessed_too_often_is_told_so_and_let_in_by_an_administrator(
    colleagues: dict[str, User], arrive: Arrive, language: str
) -> None:
    olga, stefan = arrive(language), arrive(language)
    olga.sign_in("olga", "Sommer2026!")
    olga.told("Username or password is not right.")
    _guess(olga, "olga")
    olga.press("Back to sign-in")
    olga.at("Sign in")
    olga.sign_in("olga")
    olga.at(LOCKED)

    stefan.sign_in("stefan")
    stefan.at("Today")
    stefan.page.goto(f"/console/people/{colleagues['olga'].pk}/")
    stefan.told("Let in again at once")
    stefan.press("Let in again at once")
    stefan.told("The colleague can sign in again at once.")
    olga.sign_in("olga")
    olga.at("Today")
    assert not AccessAttempt.objects.filter(username__startswith="olga").exists()
