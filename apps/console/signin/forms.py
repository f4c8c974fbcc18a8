"""allauth's forms for keys, in words that a clerk understands, and proof against answers that no key would give."""

from __future__ import annotations

from typing import Any

from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What reading an answer raises that is JSON, but nothing that a browser sends."""


def _answer() -> forms.JSONField:
    """The hidden field that scripts fill in with what the key answers."""
    nothing = gettext_lazy("The key has not answered. Keys need JavaScript; the other ways work without it.")
    return forms.JSONField(widget=forms.HiddenInput, error_messages={"required": nothing, "invalid": nothing})


class RegisterKey(AddWebAuthnForm):
    """A new key; unless told otherwise one that opens the account alone."""

    credential = _answer()
    name = forms.CharField(
        label=gettext_lazy("Name of the key"),
        required=False,
        max_length=100,
        help_text=gettext_lazy("So that you tell your keys apart, for example “telephone” or “blue USB key”."),
    )
    passwordless = forms.BooleanField(
        label=gettext_lazy("Sign in with this key alone, without a password (passkey)"),
        required=False,
        initial=True,
        help_text=gettext_lazy(
            "The key then asks for your fingerprint, your face or its PIN. Old security keys cannot do that: "
            "untick this for them."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """As allauth does it; what is no answer of a key is refused."""
        try:
            return dict(super().clean())
        except UNREADABLE as error:
            raise _refused() from error


class _Understanding(AuthenticateWebAuthnForm):
    """Says of a key that is not accepted what helps, whatever was wrong with its answer."""

    credential = _answer()

    def clean_credential(self) -> Any:
        """The key; ValidationError for one that is unknown here and for what is no answer of a key."""
        try:
            return super().clean_credential()
        except ValidationError as error:
            raise (_refused() if error.code == "incorrect_code" else error) from error
        except UNREADABLE as error:
            raise _refused() from error


class SecondKey(_Understanding):
    """A key as the second factor, after the password."""


class Passkey(_Understanding, LoginWebAuthnForm):
    """A key alone."""


class KeyAgain(_Understanding, ReauthenticateWebAuthnForm):
    """A key, to confirm that it is still the same person."""


def _refused() -> ValidationError:
    return ValidationError(_("This key is not registered here, or its answer came too late. Please try again."))
