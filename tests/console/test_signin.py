"""The door: by password and second factor, for staff only, without telling who exists, locking out only who guesses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.models import SocialAccount, SocialLogin
from axes.models import AccessAttempt
from django.conf import settings
from django.core.cache import cache
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django import Settings

from apps.accounts import selectors as accounts_read
from apps.accounts import services as accounts
from apps.accounts.models import Department, User
from apps.console.signin.adapters import ProviderAdapter
from tests.console.conftest import PASSWORD

DOOR = "/console/account/login/"


@pytest.fixture(autouse=True)
def no_earlier_attempts() -> None:
    """Limits by address outlive a test."""
    cache.clear()


def sign_in(client: Client, username: str, password: str = PASSWORD, **extra: str) -> HttpResponse:
    return client.post(DOOR, {"login": username, "password": password}, **extra)  # type: ignore[return-value, arg-type]


def test_a_password_opens_the_console(person: Callable[[str], User], client: Client) -> None:
    person("owner")
    assert sign_in(client, "owner").headers["Location"] == "/console/"
    assert client.get("/console/").status_code == 200


def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(person: Callable[[str], User], client: Client) -> None:
    person("owner")
    known = sign_in(client, "owner", "wrong").content.decode().replace("owner", "…")
    unknown = sign_in(client, "onwer", "wrong").content.decode().replace("onwer", "…")
    assert _without_tokens(known) == _without_tokens(unknown)


def test_nobody_signs_up_and_no_page_takes_an_email_address() -> None:
    for name in ("account_signup", "account_email", "account_reset_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_a_stranger_who_guesses_locks_out_neither_the_device_in_use_nor_other_places(
    person: Callable[[str], User], client: Client
) -> None:
    person("owner")
    sign_in(client, "owner", REMOTE_ADDR="10.0.0.1")
    client.post("/console/account/logout/")
    attacker = Client()
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in(attacker, "OWNER", "guess", REMOTE_ADDR="10.0.0.1")
    assert answer.status_code == 429
    assert sign_in(attacker, "owner", REMOTE_ADDR="10.0.0.1").status_code == 429, "locked, even knowing the password"
    assert sign_in(client, "owner", REMOTE_ADDR="10.0.0.1").headers["Location"] == "/console/", "the known device"
    assert sign_in(Client(), "owner", REMOTE_ADDR="10.0.0.2").headers["Location"] == "/console/", "another address"


def test_a_lock_out_ends_by_itself(person: Callable[[str], User], client: Client) -> None:
    person("owner")
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in(client, "owner", "guess")
    assert answer.status_code == 429
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - settings.AXES_COOLOFF_TIME - timedelta(seconds=1))
    assert sign_in(client, "owner").headers["Location"] == "/console/"


def test_a_new_password_ends_a_lock_out(person: Callable[[str], User], client: Client) -> None:
    owner, other = person("owner"), Client()
    other.force_login(person("administrator"))
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in(client, "owner", "guess")
    assert answer.status_code == 429
    other.post(f"/console/people/{owner.pk}/password", {"password": "another-long-one-5"})
    assert sign_in(client, "owner", "another-long-one-5").headers["Location"] == "/console/"


def test_whoever_hammers_at_an_address_keeps_no_known_device_out(person: Callable[[str], User], client: Client) -> None:
    person("owner")
    sign_in(client, "owner")
    client.post("/console/account/logout/")
    for number in range(61):
        answer = sign_in(Client(), f"nobody-{number}", "guess")
    assert "Please wait a minute" in answer.content.decode()
    assert sign_in(client, "owner").headers["Location"] == "/console/", "the known device"
    assert sign_in(Client(), "owner").status_code == 200, "another one waits a minute"


def test_wrong_codes_are_counted_for_the_person_wherever_they_come_from(person: Callable[[str], User]) -> None:
    totp.TOTP.activate(person("owner"), totp.generate_totp_secret())
    for number in range(11):
        client = Client(REMOTE_ADDR=f"10.0.0.{number}")
        sign_in(client, "owner")
        page = client.post("/console/account/2fa/authenticate/", {"code": "000000"}).content.decode()
    assert "Too many wrong codes" in page


def test_a_lost_second_factor_is_taken_away_by_an_administrator_of_the_whole_node(
    person: Callable[[str], User], department: Department
) -> None:
    totp.TOTP.activate(person("owner"), totp.generate_totp_secret())
    local = accounts.create_person(username="local", password=PASSWORD, staff=True)
    accounts.assign_role(user=local, role="administrator", department=department)
    for by, left in ((local, 1), (person("administrator"), 0)):
        client = Client()
        client.force_login(by)
        for act in ("admit", "disarm"):
            client.post(f"/console/people/{person('owner').pk}/{act}")
        assert Authenticator.objects.count() == left


def test_too_much_in_a_minute_is_said_on_a_page_of_ours(person: Callable[[str], User], client: Client) -> None:
    person("owner")
    sign_in(client, "owner")
    for _attempt in range(11):
        answer = client.post("/console/account/reauthenticate/", {"password": "guess"})
    assert answer.status_code == 429
    assert "owl-header" in answer.content.decode()


def test_a_known_device_is_locked_by_its_own_failures_only(person: Callable[[str], User], client: Client) -> None:
    person("owner")
    sign_in(client, "owner")
    client.post("/console/account/logout/")
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in(client, "owner", "guess")
    assert answer.status_code == 429
    assert sign_in(Client(), "owner").headers["Location"] == "/console/"


def test_an_unknown_name_is_locked_like_a_known_one(db: None, client: Client) -> None:
    for _attempt in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in(client, "nobody-at-all", "guess")
    assert answer.status_code == 429


def test_a_name_of_any_length_or_kind_breaks_nothing(db: None, client: Client) -> None:
    for name in ("x" * 5000, "ü\x00ö", "", "a" * 149 + "\n"):
        assert sign_in(client, name, "guess").status_code in {200, 429}


def test_the_second_factor_is_asked_for_and_kept_encrypted(person: Callable[[str], User], client: Client) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person("owner"), secret)
    stored = Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]
    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret
    assert sign_in(client, "owner").headers["Location"].startswith("/console/account/2fa/authenticate/")
    assert client.get("/console/").headers["Location"].startswith(DOOR)
    client.post("/console/account/2fa/authenticate/", {"code": _code(secret)})
    assert client.get("/console/").status_code == 200


def test_an_authenticator_app_is_set_up_with_recovery_codes_shown_once(
    person: Callable[[str], User], client: Client
) -> None:
    person("owner")
    sign_in(client, "owner")
    activate = "/console/account/2fa/totp/activate/"
    assert client.get(activate).status_code == 200, "who has just signed in is not asked again"
    secret = client.session["mfa.totp.secret"]
    done = client.post(activate, {"code": _code(secret)}, follow=True)
    assert "owl-codes" in done.content.decode()
    assert "owl-codes" not in client.get("/console/account/2fa/recovery-codes/").content.decode()


def test_who_signed_in_a_while_ago_confirms_before_changing_how(person: Callable[[str], User], client: Client) -> None:
    person("owner")
    sign_in(client, "owner")
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 901
    session.save()
    activate = "/console/account/2fa/totp/activate/"
    assert client.get(activate).headers["Location"].startswith("/console/account/reauthenticate/")
    client.post("/console/account/reauthenticate/", {"password": PASSWORD})
    assert client.get(activate).status_code == 200


def test_without_a_second_factor_nothing_opens_where_the_node_asks_for_one(
    as_role: Callable[[str], Client], settings: Settings
) -> None:
    settings.NODE = settings.NODE.model_copy(update={"require_mfa": True})
    client = as_role("administrator")
    for address in ("/console/", "/admin/"):
        assert client.get(address).headers["Location"] == "/console/account/2fa/"
    assert client.get("/console/account/2fa/").status_code == 200


def test_the_admin_has_no_door_of_its_own(client: Client, db: None) -> None:
    answer = client.get("/admin/login/?next=/admin/")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(DOOR)


def test_other_sessions_can_be_ended(person: Callable[[str], User], client: Client) -> None:
    person("owner")
    other = Client()
    sign_in(client, "owner")
    sign_in(other, "owner")
    assert client.get("/console/account/sessions/").content.decode().count("<tr>") == 3
    client.post("/console/account/sessions/")
    assert other.get("/console/").headers["Location"].startswith(DOOR)
    assert client.get("/console/").status_code == 200


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize(
    "name",
    [
        "account_login",
        "account_logout",
        "account_inactive",
        "account_change_password",
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_list_webauthn",
        "usersessions_list",
        "signin-unknown",
        "socialaccount_login_error",
        "socialaccount_login_cancelled",
    ],
)
def test_every_page_of_the_door_opens(person: Callable[[str], User], client: Client, name: str, language: str) -> None:
    person("owner")
    if name not in {"account_login", "signin-unknown", "account_inactive"}:
        sign_in(client, "owner")
        client.post("/console/account/reauthenticate/", {"password": PASSWORD})
    answer = client.get(reverse(name), headers={"Accept-Language": language})
    assert answer.status_code in {200, 401, 403}, name
    assert f'lang="{language}"' in answer.content.decode()


def test_the_provider_opens_one_account_by_its_verified_address_only(db: None) -> None:
    accounts.create_person(username="a", password=None, email="a@stadt.example", staff=True)
    accounts.create_person(username="b", password=None, email="b@stadt.example")
    assert accounts_read.staff_with_email(["A@stadt.example"]) == accounts_read.person(username="a")
    assert accounts_read.staff_with_email(["b@stadt.example"]) is None, "no staff"
    assert accounts_read.staff_with_email([]) is None
    accounts.create_person(username="c", password=None, email="a@stadt.example", staff=True)
    assert accounts_read.staff_with_email(["a@stadt.example"]) is None, "two of them"
    login = SocialLogin(user=User(), account=SocialAccount(provider="city", uid="1"))
    assert ProviderAdapter().is_open_for_signup(None, login) is False  # type: ignore[arg-type]


def _code(secret: str) -> str:
    """What the app shows now."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, next(totp.yield_hotp_counters_from_time()))))


def _without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line and "nonce=" not in line]
