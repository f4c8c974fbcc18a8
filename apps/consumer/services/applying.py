"""Applying a page: rows, cursor, receipt and ledger entry in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import transaction
from django.db.models import F

from apps.consumer.errors import PageOutOfTurn
from apps.consumer.models import PageReceipt, Refetch, ReplicaStream, Subscription
from apps.consumer.selectors import rows
from apps.consumer.types import Fetched, Reason
from apps.core import duties
from apps.ledger import services as ledger
from apps.ledger.types import Kind
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types
from apps.wire import extras
from apps.wire.columns import DELETED, Columns


@dataclass(frozen=True, slots=True)
class Streams:
    """The owner's streams (ascending) and the datastreams that hold them here."""

    streams: np.ndarray[tuple[int], np.dtype[np.int32]]
    datastreams: np.ndarray[tuple[int], np.dtype[np.int32]]

    @classmethod
    def of(cls, subscription: Subscription) -> Streams:
        """As the database has them now."""
        pairs = list(
            ReplicaStream.objects.filter(subscription=subscription)
            .order_by("stream")
            .values_list("stream", "datastream_id")
        )
        table = np.array(pairs, dtype=np.int32).reshape(-1, 2)
        return cls(table[:, 0].copy(), table[:, 1].copy())

    def known(self, streams: np.ndarray[tuple[int], np.dtype[np.int32]]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which of these numbers have a datastream here."""
        return np.isin(streams, self.streams)

    def places(self, streams: np.ndarray[tuple[int], np.dtype[np.int32]]) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        """The datastreams of known numbers."""
        return self.datastreams[np.searchsorted(self.streams, streams)]


def apply_page(subscription: Subscription, page: Fetched, *, at: datetime) -> int:
    """Apply one page of the feed under the pull's lease; returns its rows.

    Killed anywhere, it has happened whole or not at all; a page that does not follow the cursor is refused, so that the
    same page is never counted twice. Raises LeaseLost, PageOutOfTurn, and ``PageRefused`` of sensors.
    """
    with transaction.atomic():
        duties.confirm(subscription)
        if Subscription.objects.get(pk=subscription.pk).cursor != page.cursor:
            raise PageOutOfTurn("The replica has moved on since this page was asked for.", part="cursor")
        _store(subscription, page.columns, at)
        changes = {"cursor": page.next_cursor, "as_of": page.as_of, "last_pull_at": at}
        if not page.more:
            changes["last_complete_at"] = page.as_of
        Subscription.objects.filter(pk=subscription.pk).update(
            **changes,
            rows_received=F("rows_received") + page.rows,
            pages_received=F("pages_received") + (1 if page.rows else 0),
        )
        if page.rows:
            _record(subscription, page, at)
    for name, value in changes.items():
        setattr(subscription, name, value)
    return page.rows


def apply_part(subscription: Subscription, refetch: Refetch, page: Fetched, *, at: datetime) -> int:
    """Apply one page of a part that is fetched again; what the owner no longer has in its stretch is deleted.

    Raises as ``apply_page`` does.
    """
    with transaction.atomic():
        duties.confirm(subscription)
        if Refetch.objects.get(pk=refetch.pk).cursor != page.cursor:
            raise PageOutOfTurn("This part has moved on since the page was asked for.", part="cursor")
        columns = page.columns
        if refetch.reason == Reason.REPAIR:
            columns = _with_missing(columns, rows.surplus(subscription, refetch, page))
        _store(subscription, columns, at)
        done_at = None if page.more else at
        Refetch.objects.filter(pk=refetch.pk).update(cursor=page.next_cursor, done_at=done_at)
        Subscription.objects.filter(pk=subscription.pk).update(
            rows_received=F("rows_received") + page.rows,
            pages_received=F("pages_received") + (1 if page.rows else 0),
            last_pull_at=at,
        )
        if page.rows:
            _record(subscription, page, at)
    refetch.cursor, refetch.done_at = page.next_cursor, done_at
    return page.rows


def _store(subscription: Subscription, columns: Columns, at: datetime) -> None:
    streams = Streams.of(subscription)
    known = streams.known(columns.stream)
    if not known.all():  # the owner dropped a stream after it had made this page
        columns = columns.take(np.flatnonzero(known))
    if not len(columns):
        return
    extra, result_time = _taken_apart(columns.extra)
    readings = sensor_types.Readings(
        datastream=np.ascontiguousarray(streams.places(columns.stream)),
        time=columns.time,
        span=columns.span,
        result=columns.result,
        result_time=result_time,
        extra=extra,
    )
    sensors.apply_replica(
        origin=subscription.peer.did,
        readings=readings,
        flags=columns.flag,
        source=f"feed:{subscription.uid}",
        at=at,
    )


def _taken_apart(
    extra: Sequence[str | None] | None,
) -> tuple[list[str | None] | None, np.ndarray[tuple[int], np.dtype[np.int64]] | None]:
    """The JSON tails without the result times, and the result times (µs, -1 for none)."""
    if extra is None:
        return None, None
    parts = [extras.split(text) for text in extra]
    times = np.array([-1 if moment is None else moment for _tail, moment in parts], dtype=np.int64)
    return [tail for tail, _moment in parts], times if (times >= 0).any() else None


def _with_missing(columns: Columns, surplus: Columns) -> Columns:
    """The page with a deletion for every row that only we have."""
    if not len(surplus):
        return columns
    extra = None if columns.extra is None else [*columns.extra, *([None] * len(surplus))]
    return Columns(
        stream=np.concatenate([columns.stream, surplus.stream]),
        time=np.concatenate([columns.time, surplus.time]),
        span=np.concatenate([columns.span, surplus.span]),
        result=np.concatenate([columns.result, np.full(len(surplus), np.nan)]),
        flag=np.concatenate([columns.flag, np.full(len(surplus), DELETED, dtype=np.uint8)]),
        extra=extra,
    )


def _record(subscription: Subscription, page: Fetched, at: datetime) -> None:
    agreement = subscription.agreement
    entry = ledger.append(
        kind=Kind.PAGE_RECEIVED,
        subject=agreement.uid,
        payload={
            "agreement": agreement.uid,
            "peer": subscription.peer.did,
            "digest": page.digest,
            "rows": page.rows,
            "bytes": page.size,
            "next_cursor": page.next_cursor,
            "as_of": page.as_of,
        },
        at=at,
    )
    PageReceipt.objects.create(
        subscription=subscription,
        agreement=agreement,
        received_at=at,
        cursor=page.cursor,
        next_cursor=page.next_cursor,
        rows=page.rows,
        bytes=page.size,
        digest=page.digest,
        as_of=page.as_of,
        committed_at=page.committed_at,
        latency_s=None if page.committed_at is None else max(0.0, (at - page.committed_at).total_seconds()),
        entry=entry.index,
    )
