"""Atom feeds (RFC 4287): what happened to a dataset."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from apps.api import render
from apps.holdings.types import Change, ChangeKind, Holding


def atom(key: str, shown: Holding | None, changes: Sequence[Change]) -> bytes:
    """The feed of the dataset ``key``; ``shown`` is None once it is public no more. Identifiers never change."""
    node = settings.NODE
    page = render.absolute("portal-dataset", key) or render.absolute("api-dataset", key)
    feed = Atom1Feed(
        title=shown.title() if shown else key,
        link=page,
        feed_url=render.absolute("api-feed", key),
        description=shown.description() if shown else _("This dataset is public no more."),
        author_name=node.publisher_name,
        feed_guid=f"{node.did}#dataset:{key}",
    )
    for change in changes:
        feed.add_item(
            title=_title(change),
            link=page,
            description=_title(change),
            unique_id=f"{node.did}#dataset:{key}:{_name(change)}",
            updateddate=change.at,
            pubdate=change.at,
            author_name=node.publisher_name,
        )
    return feed.writeString("utf-8").encode()


def _name(change: Change) -> str:
    return f"{change.kind}:{change.day or change.number}"


def _title(change: Change) -> str:
    if change.kind is ChangeKind.DATA:
        return _("Values of %(day)s (UTC)") % {"day": change.day}
    said = {
        ChangeKind.RELEASED: _("Version %(number)d of the terms came into force"),
        ChangeKind.SUPERSEDED: _("Version %(number)d of the terms was replaced"),
        ChangeKind.WITHDRAWN: _("Version %(number)d of the terms was withdrawn"),
    }
    return said[change.kind] % {"number": change.number or 0}
