"""Signing in by the city's identity provider, over HTTP and in a browser: who gets in, and what the others are told."""

from __future__ import annotations

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.types import Role
from owlnode.settings import signin
from tests.browser.door import Arrive
from tests.browser.looking import LANGUAGES
from tests.browser.provider import Come, Employ
from tests.browser.windows import Windows

pytestmark = pytest.mark.django_db(transaction=True)
ADDRESS = "olga@stadt.example"
AWAY = (
    "Your identity provider does not answer. Please try again later, or sign in by password. If it stays like this, "
    "tell an administrator of your city."
)


@pytest.fixture
def olga() -> User:
    """Works here; nobody gave her a password."""
    made = accounts.create_person(username="olga", password=None, display_name="Olga", email=ADDRESS, staff=True)
    accounts.assign_role(user=made, role=Role.ADMINISTRATOR)
    return made


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_colleague_comes_in_by_the_provider_and_is_not_asked_for_another_factor(
    olga: User, employ: Employ, come: Come, arrive: Arrive, language: str
) -> None:
    employ("subject-1", email=ADDRESS.upper(), email_verified=True, name="Somebody Else")
    person = arrive(language)
    person.at("Sign in")
    come(person, "subject-1")
    person.at("Today")
    assert person.page.get_by_role("link", name="Olga", exact=True).is_visible()
    person.sign_out()
    # From now on she is known by her subject, whatever becomes of the address.
    employ("subject-1", email="married@stadt.example", email_verified=True)
    come(person, "subject-1")
    person.at("Today")
    assert User.objects.filter(is_staff=True).count() == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_stranger_and_who_turns_round_are_told_so_and_get_no_account(
    olga: User, employ: Employ, come: Come, arrive: Arrive, language: str
) -> None:
    employ("stranger", email="visitor@elsewhere.example", email_verified=True)
    person = arrive(language)
    come(person, "stranger")
    person.at("No account here")
    person.press("Back to sign-in")
    person.at("Sign in")
    come(person, "")
    person.at("That did not work")
    person.page.goto("/console/")
    person.at("Sign in")
    assert list(User.objects.filter(kind="person")) == [olga]


@pytest.mark.parametrize("verified", [False, "false", None])
def test_an_address_that_the_provider_has_not_verified_opens_no_account(
    olga: User, employ: Employ, come: Come, arrive: Arrive, verified: object
) -> None:
    employ("subject-2", email=ADDRESS, email_verified=verified)
    person = arrive("de")
    come(person, "subject-2")
    person.at("No account here")
    assert not SocialAccount.objects.exists()
    assert list(User.objects.filter(kind="person")) == [olga]


def test_a_provider_that_is_away_is_said_so(arrive: Arrive, issuer: str, settings: Settings, windows: Windows) -> None:
    gone = settings.NODE.model_copy(update={"oidc_issuer": "http://localhost:9"})
    settings.SOCIALACCOUNT_PROVIDERS = signin.providers(gone)
    person = arrive("de")
    person.page.get_by_role("button", name="Stadtkonto").click()
    person.told(AWAY)
    (noted,) = windows.faults
    assert "502" in noted
    windows.faults.clear()


def test_nobody_ties_a_providers_account_to_who_is_signed_in(issuer: str) -> None:
    assert Client().get("/console/account/provider/oidc/city/login/?process=connect").status_code == 404
