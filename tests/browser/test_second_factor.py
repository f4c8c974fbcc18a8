"""A second factor from the first day on: set up because the node asks for one, used by code and by recovery code."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth as totp
from pytest_django import Settings

from apps.accounts import services as accounts
from apps.accounts.types import Role
from tests.browser.door import PASSWORD, Arrive
from tests.browser.looking import LANGUAGES

pytestmark = pytest.mark.django_db(transaction=True)
PERIOD_S = 30


class Telephone:
    """An authenticator app; its clock and the node's are one, and stand still until somebody waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_800_000_000
        self.secret = ""
        monkeypatch.setattr(totp, "time", SimpleNamespace(time=lambda: self.now))

    def code(self) -> str:
        """What it shows now (RFC 6238)."""
        return str(totp.format_hotp_value(totp.hotp_value(self.secret, self.now // PERIOD_S)))

    def wait(self) -> None:
        """For the next code."""
        self.now += PERIOD_S


@pytest.fixture
def telephone(monkeypatch: pytest.MonkeyPatch) -> Telephone:
    """In the hand of the person at the door."""
    return Telephone(monkeypatch)


@pytest.fixture
def strict(settings: Settings) -> None:
    """A node that asks for a second factor, as nodes do unless told otherwise; one colleague who has none yet."""
    settings.NODE = settings.NODE.model_copy(update={"require_mfa": True})
    colleague = accounts.create_person(username="olga", password=PASSWORD, display_name="Olga Beispiel", staff=True)
    accounts.assign_role(user=colleague, role=Role.ADMINISTRATOR)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_colleague_is_led_to_a_second_factor_and_then_signs_in_by_it(
    strict: None, telephone: Telephone, arrive: Arrive, language: str
) -> None:
    olga = arrive(language)
    olga.at("Sign in")
    olga.sign_in("olga")
    olga.at("Second factor")
    olga.press("Set up the app")
    olga.at("Set up the authenticator app")
    telephone.secret = olga.page.locator("code").inner_text().replace(" ", "")
    olga.field("Authenticator code").fill("000000")
    olga.press("Activate")
    olga.told("Please check your entries")
    olga.field("Authenticator code").fill(telephone.code())
    olga.press("Activate")
    olga.at("Recovery codes")
    codes = olga.page.locator(".owl-codes code").all_inner_texts()
    assert len(codes) == 10
    olga.press("To the console")
    olga.at("Today")
    olga.sign_out()

    telephone.wait()
    olga.sign_in("olga")
    olga.at("Second factor")
    olga.field("Code").fill(telephone.code())
    olga.page.keyboard.press("Enter")
    olga.at("Today")
    olga.sign_out()

    olga.sign_in("olga")
    olga.field("Code").fill(telephone.code())
    olga.page.keyboard.press("Enter")
    olga.told("Please check your entries")
    olga.field("Code").fill(codes[0])
    olga.page.keyboard.press("Enter")
    olga.at("Today")
