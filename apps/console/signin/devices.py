"""Which failed attempts count together, so that nobody can lock a colleague out by guessing at the colleague's name.

Whoever has signed in once carries a signed cookie for that name on that device. Attempts with it are counted for this
device alone; attempts without it for name and address together. Guessing from elsewhere never touches the counter of
the colleague's own device (OWASP: "device cookies").
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

SALT = "console.device"
LIFETIME_S = 180 * 24 * 3600
LONGEST = 150
BETWEEN = " · "
"""Stands between name and device in what axes counts under."""


def counted_name(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    """The name under which axes counts: the user name in small letters, and the device where it is a known one."""
    name = _name(request, credentials)
    device = _device(request, name)
    return f"{name}{BETWEEN}{device}" if device else name


def counted_by(request: Any, credentials: Mapping[str, Any] | None = None) -> list[str | list[str]]:
    """What makes up one counter: the known device; for everybody else name and address together."""
    known = is_known(request, credentials) if isinstance(request, HttpRequest) else BETWEEN in (request.username or "")
    return ["username"] if known else [["username", "ip_address"]]


def is_known(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> bool:
    """Whether this person has signed in from this device before."""
    return bool(_device(request, _name(request, credentials)))


def address_of(request: HttpRequest) -> str | None:
    """The client's address, seen through as many proxies as the node was told to trust; None without a connection."""
    return str(get_adapter().get_client_ip(request)) if request.META.get("REMOTE_ADDR") else None


def remember(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Give the device its cookie for this name, anew at every sign-in."""
    name = username.lower()
    device = _device(request, name) or secrets.token_hex(8)
    response.set_cookie(
        _cookie(name),
        signing.dumps([name, device], salt=SALT),
        max_age=LIFETIME_S,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        path="/console/account/",
    )


def _name(request: HttpRequest, credentials: Mapping[str, Any] | None) -> str:
    given = (credentials or {}).get("username") or request.POST.get("login") or ""
    return str(given).strip().lower().replace("\x00", "")[:LONGEST]


def _device(request: HttpRequest, name: str) -> str:
    try:
        owner, device = signing.loads(request.COOKIES.get(_cookie(name), ""), salt=SALT, max_age=LIFETIME_S)
    except (signing.BadSignature, ValueError, TypeError):
        return ""
    return str(device) if owner == name else ""


def _cookie(name: str) -> str:
    return "owl-device-" + hashlib.sha256(name.encode()).hexdigest()[:12]
