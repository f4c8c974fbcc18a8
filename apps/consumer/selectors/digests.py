"""Counts and digests of a replica, from our own tables, by the rule of ``wire.digests``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import connection

from apps.consumer.models import Subscription
from apps.consumer.selectors import rows
from apps.consumer.types import DAY_US, NO_HORIZON, Part, to_datetime, to_us
from apps.policies import horizons
from apps.policies import terms as policy_terms
from apps.sensors.models import DatastreamState
from apps.wire import digests

LAST_DAY_US = 4_133_980_800_000_000


def replica_digest(subscription_id: int, as_of: datetime) -> tuple[int, str]:
    """(rows, ``sha-256:…``) of what is held here of what the terms give as of that moment."""
    subscription = Subscription.objects.select_related("agreement").get(pk=subscription_id)
    days = list(day_digests(subscription, as_of))
    return sum(day.count for day in days), digests.combine(days)


def day_digests(subscription: Subscription, as_of: datetime, part: Part | None = None) -> Iterator[digests.DayDigest]:
    """The digests of all days that have rows; a bounded number of rows in memory at a time."""
    terms = policy_terms.parse(subscription.agreement.terms)
    horizon = horizons.horizon(terms, as_of)
    until = NO_HORIZON if horizon.until_us is None else max(0, horizon.until_us)
    start, end = max(0, horizon.start_us or 0), LAST_DAY_US
    if part is not None:
        start, end = max(start, part.start), min(end, part.end)
    if horizons.bucket_us(terms):
        end, until = min(end, until), NO_HORIZON
    places = rows.datastreams_of(subscription, part.streams if part else None)
    for group in _groups(places):
        for lower, upper in _stretches(group, start, end):
            yield from digests.day_digests(rows.columns(group, start=lower, end=upper, until=until))


def held_digests(subscription: Subscription) -> Iterator[digests.DayDigest]:
    """The digests of everything held, whatever the terms say now: what a deletion deletes."""
    for group in _groups(rows.datastreams_of(subscription)):
        for lower, upper in _stretches(group, 0, LAST_DAY_US):
            yield from digests.day_digests(rows.columns(group, start=lower, end=upper))


def _groups(places: dict[int, int]) -> Iterator[dict[int, int]]:
    """Datastreams together as long as they fit; a large one alone."""
    counts = dict(DatastreamState.objects.filter(pk__in=list(places)).values_list("datastream_id", "observation_count"))
    group: dict[int, int] = {}
    total = 0
    for datastream, stream in sorted(places.items()):
        size = counts.get(datastream, 0)
        if group and total + size > settings.NODE.page_rows:
            yield group
            group, total = {}, 0
        group[datastream] = stream
        total += size
    if group:
        yield group


def _stretches(group: dict[int, int], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Stretches of whole UTC days with about a page of rows each."""
    while True:
        found = _time_after(list(group), start, end, settings.NODE.page_rows)
        if found is None:
            break
        cut = max(found - found % DAY_US, start - start % DAY_US + DAY_US)
        if cut >= end:
            break
        yield start, cut
        start = cut
    yield start, end


def _time_after(ids: list[int], start: int, end: int, offset: int) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT phenomenon_time FROM sensors_observation WHERE datastream_id = ANY(%s::int4[])"
            " AND phenomenon_time >= %s AND phenomenon_time < %s ORDER BY phenomenon_time OFFSET %s LIMIT 1",
            [ids, to_datetime(start), to_datetime(end), offset],
        )
        row = cursor.fetchone()
    return None if row is None else to_us(row[0])
