"""Pulling: the loop that fetches the next page while the last one is being applied, under a lease, a bounded time."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from apps.agreements import selectors as agreements
from apps.consumer.clients import HttpFeed
from apps.consumer.errors import PageOutOfTurn
from apps.consumer.models import Refetch, Subscription
from apps.consumer.services import answers, comparing
from apps.consumer.services.applying import apply_page, apply_part
from apps.consumer.services.describing import follow_description
from apps.consumer.types import Feed, Fetched, Part, Pulled, Stage
from apps.core import clock, duties, guards
from apps.core.errors import LeaseLost, OwlError
from apps.peers.models import Peer

log = logging.getLogger(__name__)
LEASE_SECONDS = 120
SECONDS_PER_TASK = 20.0
"""A pull gives way to others after this long; what is left is due again at once."""
PER_PEER = 2
SLOW_SECONDS = 2.0
SLOW_AT_ONCE = 1
"""How many owners that answer slowly are pulled at the same time on this node, so that they never fill the workers."""


def due_pulls(*, at: datetime | None = None) -> list[int]:
    """The subscriptions to be pulled now, the longest waiting first, a few of each owner: one task each."""
    taken: dict[int, int] = {}
    chosen = []
    queue = duties.due(Subscription.objects.active().filter(peer__state="trusted"), at=at or clock.now())
    for pk, peer in queue.values_list("pk", "peer_id")[:1000]:
        if taken.get(peer, 0) < PER_PEER:
            taken[peer] = taken.get(peer, 0) + 1
            chosen.append(pk)
    return chosen


def pull(
    *,
    subscription_id: int,
    at: datetime | None = None,
    feed: Callable[[Subscription], Feed] = HttpFeed,
    seconds: float = SECONDS_PER_TASK,
) -> Pulled:
    """Bring one replica as far as ``seconds`` allow, if it is due and its owner has a lane free.

    Whatever happens, the row says when to try again. Killed anywhere, the next goes on after the last page applied.
    """
    subscription = _claim(subscription_id, at or clock.now())
    if subscription is None:
        return Pulled()
    try:
        pulled = _run(subscription, feed, seconds)
    except LeaseLost:
        return Pulled()
    except PageOutOfTurn as error:
        _put_off(subscription, error, 0.0)
        return Pulled()
    except OwlError as error:
        answers.handle(subscription, error)
        return Pulled()
    except Exception as error:
        _put_off(subscription, error, None)
        raise
    wait = _sweep_seconds() if pulled.complete else 0.0
    duties.settle(subscription, at=clock.now(), next_attempt_at=clock.now() + timedelta(seconds=wait))
    return pulled


def _sweep_seconds() -> float:
    """The sweep is the truth and the hint the hurry: without any hint every replica is looked after this often."""
    seconds: float = settings.NODE.sweep_seconds
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - spreads load, guards nothing


def _put_off(subscription: Subscription, error: Exception, seconds: float | None) -> None:
    try:
        if seconds is None:
            duties.fail(subscription, error=error, at=clock.now())
        else:
            duties.settle(subscription, at=clock.now(), next_attempt_at=clock.now() + timedelta(seconds=seconds))
    except LeaseLost:
        return


def _claim(pk: int, at: datetime) -> Subscription | None:
    """Take the lease if the owner has a lane free; count and claim happen under a lock, so no lane is overbooked."""
    with transaction.atomic():
        guards.advisory_xact_lock("consumer.lanes")
        wanted = Subscription.objects.active().filter(pk=pk).first()
        if wanted is None or not _lane_free(wanted, at):
            return None
        rows = duties.claim(
            Subscription.objects.active().select_related("agreement", "peer").filter(pk=pk),
            at=at,
            limit=1,
            lease_seconds=LEASE_SECONDS,
        )
    return rows[0] if rows else None


def _lane_free(subscription: Subscription, at: datetime) -> bool:
    running = Subscription.objects.running(at).exclude(pk=subscription.pk)
    if running.filter(peer=subscription.peer_id).count() >= PER_PEER:
        return False
    return not subscription.is_slow or running.filter(is_slow=True).count() < SLOW_AT_ONCE


def _run(subscription: Subscription, feed: Callable[[Subscription], Feed], seconds: float) -> Pulled:
    if not _flowing(subscription):
        return Pulled(complete=True)
    deadline = time.monotonic() + seconds
    with closing(feed(subscription)) as owner:
        if not subscription.description_digest:
            follow_description(subscription, owner.description(), at=clock.now())
        if subscription.stage == Stage.RECONCILE:
            comparing.reconcile(subscription, owner)
        pulled = _parts(subscription, owner, deadline)
        if pulled.complete:
            pulled = _sum(pulled, _tail(subscription, owner, deadline))
        if pulled.complete:  # a description followed on the way may have brought new streams
            pulled = _sum(pulled, _parts(subscription, owner, deadline))
        if pulled.complete:
            comparing.step(subscription, owner)
            left = Refetch.objects.filter(subscription=subscription, done_at=None).exists()
            pulled = Pulled(pulled.pages, pulled.rows, complete=not left)
    return pulled


def _flowing(subscription: Subscription) -> bool:
    peer = Peer.objects.get(pk=subscription.peer_id)
    return agreements.active(subscription.agreement.uid, peer) is not None


def _sum(first: Pulled, second: Pulled) -> Pulled:
    return Pulled(first.pages + second.pages, first.rows + second.rows, second.complete)


def _tail(subscription: Subscription, owner: Feed, deadline: float) -> Pulled:
    """Follow the feed from the cursor until there is no more or the time is over."""
    pages = rows = 0
    with _pages(owner, subscription.cursor, None) as stream:
        for page in stream:
            _note_pace(subscription, page[1])
            _follow(subscription, owner, page[0])
            rows += apply_page(subscription, page[0], at=clock.now())
            pages += 1
            if not page[0].more:
                return Pulled(pages, rows, complete=True)
            if time.monotonic() > deadline:
                break
            duties.renew(subscription, at=clock.now(), lease_seconds=LEASE_SECONDS)
    return Pulled(pages, rows)


def _parts(subscription: Subscription, owner: Feed, deadline: float) -> Pulled:
    """Walk the parts that are to be fetched once more, each to its end."""
    pages = rows = 0
    for refetch in Refetch.objects.filter(subscription=subscription, done_at=None).order_by("pk"):
        part = Part(tuple(refetch.streams), refetch.start, refetch.end)
        with _pages(owner, refetch.cursor, part) as stream:
            for page, _seconds in stream:
                _follow(subscription, owner, page)
                rows += apply_part(subscription, refetch, page, at=clock.now())
                pages += 1
                if time.monotonic() > deadline:
                    return Pulled(pages, rows)
                duties.renew(subscription, at=clock.now(), lease_seconds=LEASE_SECONDS)
    return Pulled(pages, rows, complete=True)


def _follow(subscription: Subscription, owner: Feed, page: Fetched) -> None:
    """The owner's description changes before the rows that need it are applied."""
    if page.description != subscription.description_digest:
        follow_description(subscription, owner.description(), at=clock.now())


def _note_pace(subscription: Subscription, seconds: float) -> None:
    slow = seconds > SLOW_SECONDS
    if slow != subscription.is_slow:
        Subscription.objects.filter(pk=subscription.pk).update(is_slow=slow)
        subscription.is_slow = slow


@contextmanager
def _pages(owner: Feed, cursor: str, part: Part | None) -> Iterator[Iterator[tuple[Fetched, float]]]:
    """The pages after the cursor with the seconds each took; one ahead is being fetched while one is worked on."""

    def fetch(position: str) -> tuple[Fetched, float]:
        started = time.monotonic()
        page = owner.page(position, part)
        return page, time.monotonic() - started

    if not owner.prefetch:
        yield _one_by_one(fetch, cursor)
        return
    pool = ThreadPoolExecutor(1, thread_name_prefix="feed")
    try:
        yield _one_ahead(pool, fetch, cursor)
    finally:
        pool.submit(owner.close)  # the thread's own database connection ends with it
        pool.shutdown(wait=True, cancel_futures=False)


def _one_by_one(fetch: Callable[[str], tuple[Fetched, float]], cursor: str) -> Iterator[tuple[Fetched, float]]:
    page, seconds = fetch(cursor)
    yield page, seconds
    while page.more:
        page, seconds = fetch(page.next_cursor)
        yield page, seconds


def _one_ahead(
    pool: ThreadPoolExecutor, fetch: Callable[[str], tuple[Fetched, float]], cursor: str
) -> Iterator[tuple[Fetched, float]]:
    ahead: Future[tuple[Fetched, float]] | None = pool.submit(fetch, cursor)
    while ahead is not None:
        page, seconds = ahead.result()
        ahead = pool.submit(fetch, page.next_cursor) if page.more else None
        yield page, seconds
