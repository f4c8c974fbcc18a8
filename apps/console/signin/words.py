"""What allauth says on our pages, listed so that our catalogue says it in German: formally, and with our words.

Django asks the catalogue of an app that stands earlier in ``INSTALLED_APPS`` first, and ours stands before allauth.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop

SAID: Final = (
    gettext_noop("Username"),
    gettext_noop("Password"),
    gettext_noop("Current Password"),
    gettext_noop("New Password"),
    gettext_noop("New Password (again)"),
    gettext_noop("You must type the same password each time."),
    gettext_noop("Authenticator code"),
    gettext_noop("Code"),
    gettext_noop("Use your password"),
    gettext_noop("Use authenticator app or code"),
    gettext_noop("Use a security key"),
)
