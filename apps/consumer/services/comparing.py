"""Comparing a replica with its owner day by day and repairing what differs: nightly, on demand, after a restore."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator

from django.db import transaction

from apps.consumer.models import Comparison, Refetch, ReplicaStream, Subscription, ThinnedDay
from apps.consumer.selectors import digests as own
from apps.consumer.services import schedules
from apps.consumer.types import DAY_US, NO_HORIZON, Feed, Part, Reason, Stage, Verdict, cursor_of, to_us
from apps.core import clock, duties
from apps.ledger import services as ledger
from apps.ledger.types import Kind
from apps.policies import horizons
from apps.policies import terms as policy_terms
from apps.wire import digests, messages
from apps.wire.cursors import Cursor

log = logging.getLogger(__name__)
STREAMS_AT_ONCE = 50
LEASE_SECONDS = 600
Day = tuple[int, dt.date]


def request_comparison(*, subscription_id: int, at: dt.datetime | None = None) -> None:
    """Make a comparison due at once; the next pull does it."""
    moment = at or clock.now()
    Subscription.objects.active().filter(pk=subscription_id).update(next_compare_at=moment, next_attempt_at=moment)


def step(subscription: Subscription, owner: Feed) -> None:
    """Under the pull's lease, once the replica is complete: begin a comparison that is due, or finish one whose repairs
    are done."""
    row = Comparison.objects.filter(subscription=subscription, verdict=Verdict.OPEN).first()
    if row is not None:
        if not Refetch.objects.filter(subscription=subscription, done_at=None).exists():
            _finish(subscription, row, owner)
        return
    if subscription.next_compare_at is not None and subscription.next_compare_at <= clock.now():
        compare(subscription, owner)


def compare(subscription: Subscription, owner: Feed) -> Comparison:
    """Compare all days; equal: done. Otherwise the days that differ are fetched once more and looked at again."""
    duties.renew(subscription, at=clock.now(), lease_seconds=LEASE_SECONDS)
    as_of = subscription.as_of or clock.now()
    row = Comparison.objects.create(subscription=subscription, as_of=as_of)
    different: list[Day] = []
    for report, ours in _reports(subscription, owner, as_of):
        row.days += len(report.days)
        row.rows_owner += report.count
        row.rows_replica += sum(day.count for day in ours)
        different += _differing(subscription, ours, report.day_digests())
    row.streams = ReplicaStream.objects.filter(subscription=subscription).count()
    row.found = [[stream, day.isoformat()] for stream, day in different]
    with transaction.atomic():
        duties.confirm(subscription)
        row.save()
        if different:
            _want(subscription, different)
        else:
            _close(subscription, row, Verdict.EQUAL)
    return row


def reconcile(subscription: Subscription, owner: Feed) -> None:
    """After a restore of the owner, or under new terms: trust nothing, compare everything, and go on from there.

    The report names the epoch and number it was made at; from that number on the tail is followed, and the days that
    differ are walked again, so nothing falls between the two.
    """
    duties.renew(subscription, at=clock.now(), lease_seconds=LEASE_SECONDS)
    schedules.refresh_description(subscription, owner)
    different: list[Day] = []
    first: messages.DigestReport | None = None
    as_of = clock.now()
    row = Comparison.objects.create(subscription=subscription, as_of=as_of)
    for report, ours in _reports(subscription, owner, as_of):
        first, as_of = first or report, report.as_of
        row.days += len(report.days)
        row.rows_owner += report.count
        row.rows_replica += sum(day.count for day in ours)
        different += _differing(subscription, ours, report.day_digests())
    row.found = [[stream, day.isoformat()] for stream, day in different]
    with transaction.atomic():
        duties.confirm(subscription)
        Refetch.objects.filter(subscription=subscription, done_at=None).delete()
        Comparison.objects.filter(subscription=subscription, verdict=Verdict.OPEN).exclude(pk=row.pk).delete()
        row.save()
        _want(subscription, different)
        cursor = _cursor_of(subscription, first) if first is not None else ""
        Subscription.objects.filter(pk=subscription.pk).update(cursor=cursor, stage=Stage.FOLLOW)
        if not different:
            _close(subscription, row, Verdict.EQUAL)
    subscription.cursor, subscription.stage = cursor, Stage.FOLLOW


def _finish(subscription: Subscription, row: Comparison, owner: Feed) -> None:
    """Look again at the days that differed. Still different while the owner stood still: an alarm."""
    wanted = {(int(stream), dt.date.fromisoformat(day)) for stream, day in row.found}
    as_of = subscription.as_of or clock.now()
    left: list[Day] = []
    still = True
    for part in _parts(wanted):
        report, ours = owner.digests(as_of, part), list(own.day_digests(subscription, as_of, part))
        left += [day for day in _differing(subscription, ours, report.day_digests()) if day in wanted]
        position = cursor_of(subscription.cursor)
        still = still and position is not None and (report.epoch, report.high) == (position.epoch, position.high)
    verdict = Verdict.REPAIRED if not left else Verdict.ALARM if still else Verdict.MOVING
    with transaction.atomic():
        duties.confirm(subscription)
        _close(subscription, row, verdict)
        _enter(subscription, row, verdict, len(left))


def _close(subscription: Subscription, row: Comparison, verdict: Verdict) -> None:
    now = clock.now()
    row.verdict, row.finished_at = verdict, now
    row.save()
    again = schedules.next_night(now) if verdict != Verdict.MOVING else now + dt.timedelta(hours=1)
    Subscription.objects.filter(pk=subscription.pk).update(next_compare_at=again)
    subscription.next_compare_at = again


def _enter(subscription: Subscription, row: Comparison, verdict: Verdict, left: int) -> None:
    uid, did = subscription.agreement.uid, subscription.peer.did
    days = len(row.found)
    if verdict == Verdict.REPAIRED:
        streams = len({stream for stream, _day in row.found})
        payload = {"agreement": uid, "peer": did, "streams": streams, "days": days}
        ledger.append(kind=Kind.REPAIR, subject=uid, payload=payload, at=clock.now())
    if verdict == Verdict.ALARM:
        log.error("replica differs from its owner", extra={"agreement": uid, "days": left})
        payload = {"alarm": "replica-differs", "agreement": uid, "peer": did, "count": left}
        ledger.append(kind=Kind.ALARM, subject=uid, payload=payload, at=clock.now())


def _reports(
    subscription: Subscription, owner: Feed, as_of: dt.datetime
) -> Iterator[tuple[messages.DigestReport, list[digests.DayDigest]]]:
    """The owner's digests and ours, some streams at a time; all as of the moment the first report settles on."""
    streams = sorted(ReplicaStream.objects.filter(subscription=subscription).values_list("stream", flat=True))
    for start in range(0, len(streams), STREAMS_AT_ONCE):
        part = Part(tuple(streams[start : start + STREAMS_AT_ONCE]))
        report = owner.digests(as_of, part)
        as_of = report.as_of
        yield report, list(own.day_digests(subscription, as_of, part))


def _differing(
    subscription: Subscription, ours: Iterable[digests.DayDigest], theirs: Iterable[digests.DayDigest]
) -> list[Day]:
    """Days that differ, but for those thinned out here because their retention was over."""
    found = digests.differing(ours, theirs)
    if not found:
        return []
    thinned = set(ThinnedDay.objects.filter(subscription=subscription).values_list("stream", "day"))
    return [day for day in found if day not in thinned]


def _want(subscription: Subscription, days: list[Day]) -> None:
    for part in _parts(days):
        Refetch.objects.create(
            subscription=subscription,
            streams=list(part.streams),
            start=part.start,
            end=part.end,
            reason=Reason.REPAIR,
        )


def _parts(days: Iterable[Day]) -> list[Part]:
    """Days as parts to be asked for: streams that differ on the same days together, neighbouring days as one range."""
    by_stream: dict[int, list[int]] = {}
    for stream, day in sorted(days):
        by_stream.setdefault(stream, []).append(to_us(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)))
    ranges: dict[tuple[int, int], list[int]] = {}
    for stream, starts in by_stream.items():
        begin = last = starts[0]
        for start in [*starts[1:], None]:
            if start is not None and start == last + DAY_US:
                last = start
                continue
            ranges.setdefault((begin, last + DAY_US), []).append(stream)
            if start is not None:
                begin = last = start
    return [
        Part(tuple(streams[at : at + STREAMS_AT_ONCE]), begin, end)
        for (begin, end), streams in sorted(ranges.items())
        for at in range(0, len(streams), STREAMS_AT_ONCE)
    ]


def _cursor_of(subscription: Subscription, report: messages.DigestReport) -> str:
    horizon = horizons.horizon(policy_terms.parse(subscription.agreement.terms), report.as_of)
    until = NO_HORIZON if horizon.until_us is None else max(0, horizon.until_us)
    return Cursor(epoch=report.epoch, phase="tail", high=report.high, until=until).encode()
