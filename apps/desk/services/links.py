"""Secret links: derived from the node's key when they are needed, found by their hash, revoked at will."""

from __future__ import annotations

import base64
import hashlib
import secrets
from datetime import datetime
from typing import Literal

from django.utils.crypto import salted_hmac

from apps.core import clock
from apps.desk.models import Request, SecretLink

Purpose = Literal["status", "confirm"]
NONCE_BYTES = 32


def issue(*, case: Request, purpose: Purpose, at: datetime | None = None) -> str:
    """A new link; returns its token (43 characters, 256 bits). Links made before stay good."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    token = _token(nonce, purpose)
    SecretLink.objects.create(
        request=case, purpose=purpose, nonce=nonce, digest=digest_of(token), created_at=at or clock.now()
    )
    return token


def current(*, case: Request, purpose: Purpose, at: datetime | None = None) -> str:
    """The token of the latest good link, made anew where there is none or the node's key has changed since."""
    row = SecretLink.objects.filter(request=case, purpose=purpose, revoked_at__isnull=True).order_by("-id").first()
    if row is not None:
        token = _token(bytes(row.nonce), purpose)
        if secrets.compare_digest(digest_of(token), row.digest):
            return token
    return issue(case=case, purpose=purpose, at=at)


def revoke(*, case: Request, purpose: Purpose, at: datetime | None = None) -> int:
    """Close every link of this purpose; returns how many."""
    links = SecretLink.objects.filter(request=case, purpose=purpose, revoked_at__isnull=True)
    return links.update(revoked_at=at or clock.now())


def digest_of(token: str) -> str:
    """What a token is found by."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _token(nonce: bytes, purpose: Purpose) -> str:
    key = salted_hmac(f"apps.desk.links.{purpose}", nonce, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(key).rstrip(b"=").decode()
