"""What the project decides about allauth: no self sign-up, secrets kept encrypted, the identity provider's people."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts import selectors as accounts
from apps.console.signin import devices


class StaffAdapter(DefaultAccountAdapter):
    """Accounts are made by administrators; a device that was signed in from is remembered."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def post_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse:
        """Signed in, second factor included: from now on this device has a counter of its own."""
        response: HttpResponse = super().post_login(request, user, **details)
        devices.remember(request, response, user.get_username())
        return response


class SecondFactorAdapter(DefaultMFAAdapter):
    """Keeps the shared secrets of authenticator apps encrypted under the node's secret key."""

    def encrypt(self, text: str) -> str:
        """As it is stored."""
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """As it is used."""
        return _box().decrypt(encrypted_text.encode()).decode()


class ProviderAdapter(DefaultSocialAccountAdapter):
    """The identity provider tells who somebody is; whether this person has an account here, administrators decide."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Never."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Join the first sign-in to the one staff account with an email address that the provider has verified."""
        if sociallogin.is_existing or request.user.is_authenticated:
            return
        verified = [one.email for one in sociallogin.email_addresses if one.verified]
        user = accounts.staff_with_email(verified)
        if user is None:
            raise ImmediateHttpResponse(redirect("signin-unknown"))
        sociallogin.connect(request, user)


def _box() -> Fernet:
    key = hashlib.sha256(b"second-factor:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
