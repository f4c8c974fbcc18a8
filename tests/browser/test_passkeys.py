"""A key in the browser: registered, used alone and as a second factor, and what is said when it does not work."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import CDPSession

from apps.accounts import services as accounts
from apps.accounts.types import Role
from tests.browser.door import PASSWORD, Arrive, Person
from tests.browser.looking import LANGUAGES

pytestmark = pytest.mark.django_db(transaction=True)


class Keyring:
    """Chromium's virtual authenticator (WebDriver: Web Authentication, section 11): a device that recognises its owner.

    ``alone=False`` is an old security key, which can only be a second factor.
    """

    def __init__(self, person: Person, *, alone: bool = True) -> None:
        self._browser: CDPSession = person.page.context.new_cdp_session(person.page)
        self._browser.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "usb",
            "hasResidentKey": alone,
            "hasUserVerification": alone,
            "isUserVerified": alone,
            "automaticPresenceSimulation": True,
        }
        self._key = self._browser.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]

    def let_go(self) -> None:
        """Nobody touches it, or it is refused: what a person does who presses “Cancel”."""
        self._browser.send("WebAuthn.setUserVerified", {"authenticatorId": self._key, "isUserVerified": False})

    def hold(self) -> None:
        """The owner is there again."""
        self._browser.send("WebAuthn.setUserVerified", {"authenticatorId": self._key, "isUserVerified": True})


@pytest.fixture
def colleague() -> None:
    """Olga, who works here."""
    olga = accounts.create_person(username="olga", password=PASSWORD, display_name="Olga Beispiel", staff=True)
    accounts.assign_role(user=olga, role=Role.ADMINISTRATOR)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_passkey_is_registered_and_opens_the_console_alone(colleague: None, arrive: Arrive, language: str) -> None:
    olga = arrive(language)
    key = Keyring(olga)
    olga.sign_in("olga")
    olga.at("Today")
    olga.page.goto("/console/account/2fa/webauthn/add/")
    olga.at("Register a key")
    olga.field("Name of the key").fill("Telefon")
    olga.page.keyboard.press("Enter")
    olga.at("Recovery codes")
    olga.page.goto("/console/account/2fa/webauthn/")
    olga.at("Your keys")
    assert olga.page.locator("td").get_by_text("Telefon", exact=True).is_visible()
    olga.sign_out()

    key.let_go()
    olga.press("Sign in with a passkey")
    olga.told("The key was not used")
    key.hold()
    olga.press("Sign in with a passkey")
    olga.at("Today")
    olga.sign_out()

    olga.sign_in("olga")
    olga.at("Second factor")
    olga.press("Use the key")
    olga.at("Today")


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_old_key_is_told_from_a_passkey_and_serves_after_the_password(
    colleague: None, arrive: Arrive, language: str
) -> None:
    olga = arrive(language)
    Keyring(olga, alone=False)
    olga.sign_in("olga")
    olga.at("Today")
    olga.page.goto("/console/account/2fa/webauthn/add/")
    olga.press("Register")
    olga.told("The key was not used")
    olga.page.get_by_role("checkbox").uncheck()
    olga.press("Register")
    olga.at("Recovery codes")
    olga.sign_out()
    olga.sign_in("olga")
    olga.press("Use the key")
    olga.at("Today")


@pytest.mark.parametrize("answer", ["[]", "1", "{}", '{"response": 1}', '{"response": {"userHandle": "!"}}', "\\x00"])
def test_what_is_no_answer_of_a_key_opens_nothing_and_breaks_nothing(db: None, answer: str) -> None:
    client = Client()
    client.get("/console/account/2fa/webauthn/login/", headers={"X-Requested-With": "XMLHttpRequest"})
    refused = client.post("/console/account/2fa/webauthn/login/", {"credential": answer})
    assert refused.headers["Location"] == "/console/account/login/"
    assert client.get("/console/").status_code == 302
