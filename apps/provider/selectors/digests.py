"""Counts and digests per stream and UTC day of what the terms give, by the rule of ``wire.digests``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import numpy as np
from django.conf import settings

from apps.agreements import selectors as agreements
from apps.policies import horizons
from apps.policies import terms as policy_terms
from apps.provider.errors import NoSuchFeed
from apps.provider.selectors import access, extras, rows
from apps.provider.selectors.slicing import budget, time_after
from apps.provider.types import DAY_US, NO_HORIZON, Member, Rows, Scope, View, to_datetime
from apps.sensors import selectors as sensors
from apps.wire import digests, messages
from apps.wire.columns import Columns

LAST_DAY_US = 4_133_980_799_999_999
"""The last microsecond of the year 2100, the end of what can be stored."""


def dataset_digest(agreement_uid: str, as_of: datetime) -> tuple[int, str]:
    """(rows, ``sha-256:…``) of what the agreement gives as of that moment, from our own tables. Raises NoSuchFeed."""
    agreement = agreements.find(agreement_uid)
    if agreement is None or agreement.role != "provider":
        raise NoSuchFeed
    days = list(day_digests(access.view_under(agreement, policy_terms.parse(agreement.terms), at=as_of)))
    return sum(day.count for day in days), digests.combine(days)


def digest_report(view: View, *, as_of: datetime, scope: Scope | None) -> messages.DigestReport:
    """What the view gives as of that moment, with the epoch and number from which its reader may follow the feed."""
    epoch, high = sensors.epoch_and_high()
    horizon = horizons.horizon(view.terms, as_of)
    until = NO_HORIZON if horizon.until_us is None else max(0, horizon.until_us)
    view = replace(view, start=max(0, horizon.start_us or 0), until=until)
    return messages.DigestReport.covering(
        day_digests(view, scope),
        agreement=view.agreement_uid,
        epoch=epoch,
        high=high,
        as_of=as_of,
        first_day=to_datetime(scope.start if scope else 0).date(),
        last_day=to_datetime(min((scope.end if scope else NO_HORIZON) - 1, LAST_DAY_US)).date(),
    )


def day_digests(view: View, scope: Scope | None = None) -> Iterator[digests.DayDigest]:
    """The digests of all days that have rows, a bounded number of readings in memory at a time."""
    start, end = view.start, view.until
    members = view.members
    if scope:
        wanted = set(scope.datastream_ids)
        members = tuple(member for member in members if member.datastream_id in wanted)
        start, end = max(start, scope.start), min(end, scope.end)
    at_once = budget(view, settings.NODE.page_rows)
    for group in _groups(members, at_once):
        for lower, upper in _stretches(group, start, end, at_once):
            yield from digests.day_digests(_columns(view, [one.datastream_id for one in group], lower, upper))


def _groups(members: tuple[Member, ...], at_once: int) -> Iterator[list[Member]]:
    """Streams together as long as they fit; a large one alone."""
    group: list[Member] = []
    total = 0
    for member in members:
        if group and total + member.rows > at_once:
            yield group
            group, total = [], 0
        group.append(member)
        total += member.rows
    if group:
        yield group


def _stretches(group: list[Member], start: int, end: int, at_once: int) -> Iterator[tuple[int, int]]:
    """Stretches of whole UTC days; only a large stream is cut."""
    ids = [member.datastream_id for member in group]
    while sum(member.rows for member in group) > at_once:
        found = time_after(ids, start, end, offset=at_once)
        if found is None:
            break
        cut = max(found - found % DAY_US, start - start % DAY_US + DAY_US)
        if cut >= end:
            break
        yield start, cut
        start = cut
    yield start, end


def _columns(view: View, ids: list[int], lower: int, upper: int) -> Columns:
    bounds = {"lower": to_datetime(lower), "upper": to_datetime(upper)}
    within = "o.phenomenon_time >= %(lower)s AND o.phenomenon_time < %(upper)s"
    if view.bucket:
        return columns_of(rows.buckets(within, rows.basis(view, **bounds) | {"ids": ids}), {})
    condition, horizon = rows.visible(view)
    found = rows.readings(f"{within} AND {condition}", rows.basis(view, **bounds) | horizon | {"ids": ids})
    return columns_of(found, extras.of(found))


def columns_of(found: Rows, texts: dict[int, str]) -> Columns:
    """Rows as the columns of ``wire``; ``texts`` are the extras by row number."""
    extra: list[str | None] | None = None
    if texts:
        extra = [None] * len(found)
        for at, text in texts.items():
            extra[at] = text
    return Columns(
        stream=np.ascontiguousarray(found["stream"]),
        time=np.ascontiguousarray(found["time"]),
        span=np.ascontiguousarray(found["span"]),
        result=np.ascontiguousarray(found["result"]),
        flag=(found["mark"] & 3).astype(np.uint8),
        extra=extra,
    )
