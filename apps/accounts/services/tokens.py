"""API tokens: issued once, kept as a hash, checked in constant time.

A secret reads ``owl_<identifier>_<secret>``. The identifier (10 characters) finds the row and may be shown and
logged; the rest is 256 random bits, so a plain SHA-256 without salt or stretching cannot be turned around.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.accounts.models import ApiToken, User
from apps.accounts.types import MAX_SCOPE, SCOPE
from apps.core import clock
from apps.core.errors import Invalid, NotPermitted, OwlError, Unauthenticated
from apps.core.statements import fetch_rows

SECRET = re.compile(r"(owl_[0-9a-f]{10})_[A-Za-z0-9_-]{43}")
# How exactly "last used" is kept: a write for every request would make the gateway's row the busiest of the node.
USE_IS_NOTED_EVERY = timedelta(minutes=1)
_NOBODYS_HASH = "0" * 64


def issue_token(
    *,
    name: str,
    user: User,
    scopes: Sequence[str],
    expires_at: datetime | None,
    at: datetime | None = None,
) -> tuple[ApiToken, str]:
    """Make a token; returns its row and the secret, which can never be read again.

    ``expires_at`` None: until it is revoked. Raises Invalid without a name or scope, for a malformed scope or an expiry
    that is past.
    """
    moment = at or clock.now()
    if not name.strip():
        raise Invalid(_("A token needs a name."), part="name")
    wrong = [scope for scope in scopes if not re.match(SCOPE, scope) or len(scope) > MAX_SCOPE]
    if wrong or not scopes:
        raise Invalid(_("A token needs at least one well-formed scope."), part="scopes")
    if expires_at is not None and expires_at <= moment:
        raise Invalid(_("A token must expire in the future."), part="expires_at")
    prefix = f"owl_{secrets.token_hex(5)}"
    secret = f"{prefix}_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        name=name.strip(),
        user=user,
        prefix=prefix,
        hash=_hash(secret),
        scopes=sorted(set(scopes)),
        expires_at=expires_at,
    )
    return token, secret


def revoke_token(*, token: ApiToken, at: datetime | None = None) -> None:
    """End a token now; the first revocation's time is kept."""
    moment = at or clock.now()
    ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=moment, updated_at=moment)
    token.refresh_from_db()


def authenticate_token(*, secret: str, scope: str, at: datetime | None = None) -> ApiToken:
    """The token behind a secret, with its ``user``; its last use is noted to the minute.

    Raises Unauthenticated when it is unknown, expired, revoked or its user is switched off, NotPermitted when it lacks
    the scope.
    """
    found = authenticate_tokens(secrets=[secret], scope=scope, at=at)[secret]
    if isinstance(found, OwlError):
        raise found
    return found


def authenticate_tokens(
    *, secrets: Collection[str], scope: str, at: datetime | None = None
) -> dict[str, ApiToken | Unauthenticated | NotPermitted]:
    """``authenticate_token`` for many secrets by one question: per secret its token, or the error to raise for it."""
    moment = at or clock.now()
    rows = _find(secrets)
    return {secret: _judged(rows.get(secret), scope, moment) for secret in secrets}


def _judged(token: ApiToken | None, scope: str, at: datetime) -> ApiToken | Unauthenticated | NotPermitted:
    if token is None:
        return Unauthenticated(_("This token is not known here."), code="unknown-token", part="token")
    if token.revoked_at is not None or not token.user.is_active:
        return Unauthenticated(_("This token was revoked."), code="revoked-token", part="token")
    if token.expires_at is not None and token.expires_at <= at:
        return Unauthenticated(_("This token has expired."), code="expired-token", part="token")
    if scope not in token.scopes:
        return NotPermitted(
            _("This token does not allow “%(scope)s”.") % {"scope": scope}, code="missing-scope", part="token"
        )
    _note_use(token, at)
    return token


def _find(secrets: Collection[str]) -> dict[str, ApiToken]:
    prefixes = {secret: match[1] for secret in secrets if (match := SECRET.fullmatch(secret))}
    known = {token.prefix: token for token in _with_users(list(prefixes.values()))}
    found = {}
    for secret in secrets:
        token = known.get(prefixes.get(secret, ""))
        # Compared even when there is no row, so that the time taken does not tell which identifiers exist.
        if hmac.compare_digest(token.hash if token else _NOBODYS_HASH, _hash(secret)) and token:
            found[secret] = token
    return found


def _with_users(prefixes: list[str]) -> Iterator[ApiToken]:
    """The tokens of these identifiers, each with its ``user``: what ``select_related`` would read, planned once."""
    for row in fetch_rows(_FIND, [prefixes], planned_once=True) if prefixes else []:
        token = ApiToken.from_db(DEFAULT_DB_ALIAS, _TOKEN_FIELDS, row[: len(_TOKEN_FIELDS)])
        token.user = User.from_db(DEFAULT_DB_ALIAS, _USER_FIELDS, row[len(_TOKEN_FIELDS) :])
        yield token


_TOKEN_FIELDS, _USER_FIELDS = ([field.attname for field in model._meta.concrete_fields] for model in (ApiToken, User))
_TOKENS = "SELECT {} FROM accounts_apitoken t JOIN accounts_user u ON u.id = t.user_id WHERE t.prefix = ANY (%s)"
_FIND = _TOKENS.format(
    ", ".join([*(f't."{name}"' for name in _TOKEN_FIELDS), *(f'u."{name}"' for name in _USER_FIELDS)])
)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _note_use(token: ApiToken, at: datetime) -> None:
    if token.last_used_at is not None and token.last_used_at > at - USE_IS_NOTED_EVERY:
        return
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=at - USE_IS_NOTED_EVERY)
    if ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=at):
        token.last_used_at = at
