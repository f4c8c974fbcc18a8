"""A slow peer delays no other; a broken one is asked less and less."""

from __future__ import annotations

from datetime import timedelta

from apps.consumer import services as consumer
from apps.consumer.models import Subscription
from apps.consumer.types import Fetched, Part
from apps.core import clock, duties
from apps.peers.models import Peer
from tests.agreements.region import ASKER, Node, befriend
from tests.consumer.pair import RAW, LocalFeed, Pair, agree, record, streams, unreachable


def subscriptions(pair: Pair, count: int) -> list[int]:
    """So many subscriptions of one owner."""
    (stream,) = streams(1)
    record(stream, {1: 1.0})
    for _number in range(count):
        agree(pair, [stream], RAW)
    with pair.on(ASKER):
        consumer.follow_agreements()
        return list(Subscription.objects.order_by("pk").values_list("pk", flat=True))


def test_of_one_owner_only_a_few_are_pulled_at_a_time(pair: Pair) -> None:
    rows = subscriptions(pair, 4)
    with pair.on(ASKER):
        assert len(consumer.due_pulls()) == 2
        duties.claim(Subscription.objects.filter(pk__in=rows[:2]), at=clock.now())
        assert not consumer.pull(subscription_id=rows[2], feed=LocalFeed).pages
        assert Subscription.objects.get(pk=rows[2]).last_error == ""


def test_owners_that_answer_slowly_share_one_lane_and_others_go_on(pair: Pair) -> None:
    rows = subscriptions(pair, 3)
    with pair.on(ASKER):
        slow = befriend(ASKER, Node("detmold", "nowhere", 8399))
        Subscription.objects.filter(pk=rows[0]).update(peer=slow, is_slow=True)
        Subscription.objects.filter(pk=rows[1]).update(is_slow=True)
        duties.claim(Subscription.objects.filter(pk=rows[0]), at=clock.now())
        assert not consumer.pull(subscription_id=rows[1], feed=LocalFeed).pages
        assert consumer.pull(subscription_id=rows[2], feed=LocalFeed).complete


def test_failures_put_off_the_next_attempt_and_keep_the_cursor(pair: Pair) -> None:
    (pk,) = subscriptions(pair, 1)
    pair.gate = unreachable
    with pair.on(ASKER):
        for attempt in range(1, 4):
            Subscription.objects.filter(pk=pk).update(next_attempt_at=clock.now())
            consumer.pull(subscription_id=pk, feed=LocalFeed)
            row = Subscription.objects.get(pk=pk)
            assert row.attempts == attempt
            assert row.next_attempt_at is not None
            assert row.next_attempt_at > clock.now()
        assert "no route" in row.last_error
    pair.gate = lambda method, path: None
    assert pair.pull().complete


def test_a_lease_taken_over_stops_the_first_worker_from_writing(pair: Pair) -> None:
    (pk,) = subscriptions(pair, 1)

    class Thief(LocalFeed):
        """While the page is on its way, another worker takes the subscription over."""

        def page(self, cursor: str, part: Part | None = None) -> Fetched:
            page = super().page(cursor, part)
            later = clock.now() + timedelta(hours=1)
            duties.claim(Subscription.objects.filter(pk=pk), at=later)
            return page

    with pair.on(ASKER):
        assert not consumer.pull(subscription_id=pk, feed=Thief).pages
        assert Subscription.objects.get(pk=pk).pages_received == 0


def test_nothing_is_asked_of_a_peer_that_is_not_trusted(pair: Pair) -> None:
    subscriptions(pair, 1)
    with pair.on(ASKER):
        Peer.objects.update(state="suspended")
        pair.passed.clear()
        assert consumer.due_pulls() == []
    pair.pull(rounds=1)
    assert pair.passed == []
