"""What the project decides about allauth: no self sign-up, secrets kept encrypted, the identity provider's people."""

from __future__ import annotations

import base64
import hashlib
import logging
import time
from typing import Any, Final

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import selectors as accounts
from apps.console.signin import devices

log = logging.getLogger(__name__)
TOO_MANY_CODES = gettext_lazy(
    "Too many wrong codes. Please wait a quarter of an hour, or sign in with a passkey. An administrator of your city "
    "can help, too."
)


class StaffAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators; a device that was signed in from is remembered."""

    error_messages: Final = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": gettext_lazy("Username or password is not right."),
        "enter_current_password": gettext_lazy("This is not your current password."),
        "incorrect_password": gettext_lazy("The password is not right."),
        "busy_address": gettext_lazy(
            "There were too many failed attempts from the place where you are. Please wait a minute, or sign in with a "
            "passkey or from a device that you have used here before."
        ),
        "too_many_login_attempts": TOO_MANY_CODES,
        "rate_limited": TOO_MANY_CODES,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Slow down who guesses from one address; never a device that the person has signed in from before."""
        if devices.is_known(request, credentials):
            return
        self._login_failed_rl_usage = ratelimit.consume(request, app="allauth.account", action="login_address")
        if not self._login_failed_rl_usage:
            raise self.validation_error("busy_address")

    def post_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse:
        """Signed in, second factor included: from now on this device has a counter of its own."""
        response: HttpResponse = super().post_login(request, user, **details)
        devices.remember(request, response, user.get_username())
        return response

    def is_reauthentication_required(self, *, app: str, **details: Any) -> bool:
        """Whether somebody has to confirm who they are: not when they signed in or confirmed it a moment ago."""
        required: bool = super().is_reauthentication_required(app=app, **details)
        records = get_authentication_records(self.request, self.request.user)
        latest = max((one["at"] for one in records), default=0.0)
        return required and time.time() - latest >= app_settings.REAUTHENTICATION_TIMEOUT


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the shared secrets of authenticator apps encrypted under the node's secret key."""

    error_messages: Final = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": gettext_lazy(
            "This code is not right, or was used before. Take the next one that the app shows."
        ),
    }

    def encrypt(self, text: str) -> str:
        """As it is stored."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """As it is used."""
        return _box().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: Any, type: str) -> str:
        """What a new key is called unless somebody says otherwise."""
        return _("Key %(number)d") % {"number": user.authenticator_set.filter(type=type).count() + 1}


class ProviderAdapter(DefaultSocialAccountAdapter):
    """The identity provider tells who somebody is; whether this person has an account here, administrators decide."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never."""
        return False

    def on_authentication_error(self, request: HttpRequest, provider: Any, **details: Any) -> None:
        """Say in the log why the provider let nobody in, for whoever set it up. People see a page."""
        log.warning("sign-in by the identity provider failed: %s %s", details.get("error"), details.get("exception"))

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Join the first sign-in to the one staff account with an email address that the provider has verified."""
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        # Some providers write the claim as a word, and "false" is as true as any word.
        verified = [one.email for one in sociallogin.email_addresses if str(one.verified).lower() == "true"]
        user = accounts.staff_with_email(verified)
        if user is None:
            raise ImmediateHttpResponse(redirect("signin-unknown"))
        sociallogin.connect(request, user)


def _box() -> Fernet:
    key = hashlib.sha256(b"second-factor:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
