"""Setting sources up, their tokens, and telling by a token whether somebody may write into a source."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.models import ApiToken, User
from apps.accounts.types import UserKind
from apps.core.errors import Conflict, Invalid, NotPermitted, Unauthenticated
from apps.sources.models import Source
from apps.sources.models.sources import SLUG
from apps.sources.types import Format, Transport, scope_of

MAX_SLUG = 40
CHANGEABLE = frozenset({"name", "enabled", "learning", "direct_prefix", "options", "transport"})


def create_source(
    *,
    slug: str,
    name: str,
    format: Format | str,
    transport: Transport | str = Transport.WEBHOOK,
    learning: bool = True,
    direct_prefix: str = "",
    options: Mapping[str, Any] | None = None,
) -> Source:
    """Set up a source; it takes nothing until it has a token (``issue_token``). Tables are uploaded, whatever way is
    named, and need none.

    Raises Invalid for an impossible name, format or way, Conflict when the short name is taken.
    """
    if not re.match(SLUG, slug) or len(slug) > MAX_SLUG:
        raise Invalid(_("A short name has small letters, digits and single hyphens, at most 40."), part="slug")
    if not name.strip():
        raise Invalid(_("A source needs a name."), part="name")
    if format not in Format.values or transport not in Transport.values:
        raise Invalid(_("There is no such format or way."), part="format", remedy=", ".join(Format.values))
    way = _way(Format(format), Transport(transport))
    try:
        with transaction.atomic():
            return Source.objects.create(
                slug=slug,
                name=name.strip(),
                format=Format(format),
                transport=way,
                learning=learning,
                direct_prefix=direct_prefix,
                options=dict(options or {}),
            )
    except IntegrityError:
        raise Conflict(_("There is already a source of this short name."), part="slug") from None


def change_source(*, source: Source, **changes: Any) -> None:
    """Change name, switch, learning, prefix, options or way; the rest of a source is fixed. Raises Invalid."""
    if unknown := set(changes) - CHANGEABLE:
        raise Invalid(_("This cannot be changed."), part=min(unknown))
    if not str(changes.get("name", source.name)).strip():
        raise Invalid(_("A source needs a name."), part="name")
    if "transport" in changes:
        changes["transport"] = _way(Format(source.format), Transport(changes["transport"]))
    for field, value in changes.items():
        setattr(source, field, value)
    source.save(update_fields=[*changes, "updated_at"])


def issue_token(
    *, source: Source, name: str = "", expires_at: datetime | None = None, at: datetime | None = None
) -> tuple[ApiToken, str]:
    """A token that lets its holder write into this source and do nothing else; the secret is shown this once.

    Earlier tokens go on working until they are revoked, so that devices can be changed over one by one. Raises Conflict
    for a source of tables.
    """
    if not source.takes_tokens:
        raise Conflict(
            _("Tables are uploaded by staff who are signed in; a token would open nothing."),
            part="source",
            remedy=_("Upload the table on the page of the source."),
        )
    return accounts.issue_token(
        name=name or source.name, user=_principal(source), scopes=[source.scope], expires_at=expires_at, at=at
    )


def revoke_tokens(*, source: Source, at: datetime | None = None) -> int:
    """End all tokens of a source now; returns how many still worked."""
    tokens = list(ApiToken.objects.filter(user=_principal(source), revoked_at=None))
    for token in tokens:
        accounts.revoke_token(token=token, at=at)
    return len(tokens)


def authenticate(*, slug: str, secret: str, at: datetime) -> Source:
    """The source into which this secret may write.

    Raises Unauthenticated, worded the same for a source that is not there, an unknown, expired or revoked token, and
    the token of another source.
    """
    source = Source.objects.filter(slug=slug).first() if re.match(SLUG, slug) else None
    try:
        accounts.authenticate_token(secret=secret, scope=scope_of(slug), at=at)
    except (Unauthenticated, NotPermitted):
        source = None
    if source is None:
        raise Unauthenticated(
            _("This source is not known here, or the token is not its own."), code="unknown-token", part="Authorization"
        )
    return source


def _way(format: Format, transport: Transport) -> Transport:
    if format == Format.CSV:
        return Transport.FILE
    if transport == Transport.FILE:
        raise Invalid(_("Only tables are uploaded as files."), part="transport", remedy=_("Choose webhook or MQTT."))
    return transport


def _principal(source: Source) -> User:
    return accounts.create_principal(kind=UserKind.SERVICE, name=source.batch_source)
