"""The secret that a caller shows, in whichever header its firmware or network server can set. Never in a URL."""

from __future__ import annotations

import base64
import binascii
import re

from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.core.errors import Unauthenticated

BEARER = re.compile(r"(?:bearer +|token +)?(owl_\S{1,200}) *", re.IGNORECASE | re.ASCII)
BASIC = re.compile(r"basic +([A-Za-z0-9+/=]{1,600}) *", re.IGNORECASE | re.ASCII)
API_KEY = "X-API-Key"
CHALLENGE = 'Bearer realm="owl", Basic realm="owl", charset="UTF-8"'


def secret_of(request: HttpRequest) -> str:
    """The token of ``Authorization: Bearer …``, of that header alone (as openSenseMap's boxes send it), of
    ``X-API-Key``, or the password of ``Authorization: Basic …`` (RFC 7617; airRohr kits can do only that). Raises
    Unauthenticated.
    """
    header = request.headers.get("Authorization", "") or request.headers.get(API_KEY, "")
    if match := BEARER.fullmatch(header):
        return match[1]
    if match := BASIC.fullmatch(header):
        return _password(match[1])
    raise Unauthenticated(
        _("Send the source’s token as “Authorization: Bearer owl_…”, or as the password of basic authentication."),
        part="Authorization",
    )


def _password(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
