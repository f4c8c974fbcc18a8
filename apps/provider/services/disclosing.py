"""Giving out a page: asked anew every time, read, recorded and committed as one."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from apps.core import clock, packed
from apps.core.errors import Invalid
from apps.ledger import services as ledger
from apps.ledger.types import Kind
from apps.peers.models import Peer
from apps.provider import selectors
from apps.provider.errors import EpochChanged
from apps.provider.models import Disclosure
from apps.provider.types import DisclosedPage, Scope, Slice, View
from apps.sensors import selectors as sensors_read
from apps.sensors import services as sensors
from apps.wire import canonical, cursors, messages, pages
from apps.wire.errors import BadCursor

CSV, NDJSON = "text/csv", "application/x-ndjson"


def disclose_page(
    *,
    peer: Peer,
    agreement_uid: str,
    cursor: str = "",
    limit: int | None = None,
    accept: str = pages.MEDIA_TYPE,
    scope: Scope | None = None,
    at: datetime | None = None,
) -> DisclosedPage:
    """The page after ``cursor`` ('' for the first) under the agreement, in the media type asked for.

    Permission, agreement, trust and terms are asked anew; the rows are read, the disclosure is recorded and entered in
    the ledger in one transaction. A page without rows discloses nothing and leaves none. ``scope`` asks for a part.
    Raises NoSuchFeed, AgreementEnded, FeedSuspended, EpochChanged, Invalid (cursor, limit).
    """
    moment = at or clock.now()
    position = cursors.parse(cursor) if cursor else None
    rows_wanted = _limit(limit)
    sensors.sequence(at=moment)
    with transaction.atomic():
        view = selectors.view_of(peer, agreement_uid, at=moment)
        packed.sort_in_memory()
        epoch, high = sensors_read.epoch_and_high()
        _check_position(position, epoch, high)
        read = selectors.read_page(view, position, epoch=epoch, high=high, limit=rows_wanted, scope=scope)
        page = _rendered(view, read, cursor, accept, moment)
        if page.rows:
            _record(view, peer, page, epoch)
    return page


def disclose_description(*, peer: Peer, agreement_uid: str, at: datetime | None = None) -> messages.DatasetDescription:
    """What the streams of the feed are: names, units, things, coarse places. Raises as ``disclose_page`` does."""
    with transaction.atomic():
        view = selectors.view_of(peer, agreement_uid, at=at or clock.now())
        return selectors.describe_and_remember(view)


def disclose_digests(
    *, peer: Peer, agreement_uid: str, as_of: datetime, scope: Scope | None = None, at: datetime | None = None
) -> messages.DigestReport:
    """Counts and digests per stream and day of what the terms give as of ``as_of``, and the cursor they belong to.

    A time in the future of this node's clock counts as now; the report says which. Raises as ``disclose_page`` does.
    """
    moment = at or clock.now()
    sensors.sequence(at=moment)
    with transaction.atomic():
        view = selectors.view_of(peer, agreement_uid, at=moment)
        return selectors.digest_report(view, as_of=min(as_of, moment), scope=scope)


def _limit(limit: int | None) -> int:
    most: int = settings.NODE.page_rows
    if limit is None:
        return most
    if limit < 1:
        raise Invalid("limit must be at least 1.", part="limit")
    return min(limit, most)


def _check_position(position: cursors.Cursor | None, epoch: int, high: int) -> None:
    if position is None:
        return
    if position.epoch > epoch or (position.epoch == epoch and position.high > high):
        raise BadCursor("This cursor names a position this node has not reached.", part="cursor")
    if position.epoch != epoch:
        raise EpochChanged(epoch)


def _rendered(view: View, read: Slice, cursor: str, accept: str, at: datetime) -> DisclosedPage:
    page = pages.Page(selectors.columns_of(read.rows, read.extra))
    body, media_type = _encode(page, accept)
    return DisclosedPage(
        body=body,
        media_type=media_type,
        rows=len(page),
        cursor=cursor,
        next_cursor=read.next_cursor.encode(),
        more=read.more,
        as_of=at,
        committed_at=read.oldest,
        description=selectors.description_digest(view),
        digest=canonical.digest_of(body),
    )


def _encode(page: pages.Page, accept: str) -> tuple[bytes, str]:
    if CSV in accept:
        return pages.to_csv(page), pages.CSV_TYPE
    if NDJSON in accept:
        return pages.to_ndjson(page), pages.NDJSON_TYPE
    return pages.encode(page), pages.MEDIA_TYPE


def _record(view: View, peer: Peer, page: DisclosedPage, epoch: int) -> None:
    entry = ledger.append(
        kind=Kind.PAGE_DISCLOSED,
        subject=view.agreement_uid,
        payload={
            "agreement": view.agreement_uid,
            "peer": peer.did,
            "digest": page.digest,
            "rows": page.rows,
            "bytes": len(page.body),
            "next_cursor": page.next_cursor,
            "epoch": epoch,
            "description": page.description,
            "as_of": page.as_of,
        },
        at=page.as_of,
    )
    Disclosure.objects.create(
        agreement_id=view.agreement_id,
        at=page.as_of,
        cursor=page.cursor,
        next_cursor=page.next_cursor,
        rows=page.rows,
        media_type=page.media_type[:60],
        digest=page.digest,
        entry=entry.index,
    )
