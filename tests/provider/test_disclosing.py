"""What a peer gets to see, and what it does not, whatever it asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.catalogue.models import DatasetMember
from apps.core import clock
from apps.core.errors import Invalid
from apps.ledger.models import Entry
from apps.peers.models import Peer
from apps.provider import services as provider
from apps.provider.errors import AgreementEnded, EpochChanged, NoSuchFeed
from apps.provider.models import Disclosure, Hint
from apps.provider.types import Scope
from apps.sensors import services as sensors
from apps.wire import canonical, cursors, pages
from tests.agreements.region import ASKER, OWNER, Node, befriend
from tests.consumer.pair import DAY, HOURLY, RAW, Pair, agree, record, streams


def read(uid: str, cursor: str = "", **asked: Any) -> tuple[pages.Page, str]:
    """One page and the cursor after it."""
    peer = asked.pop("peer", None) or Peer.objects.get(did=ASKER.did)
    page = provider.disclose_page(peer=peer, agreement_uid=uid, cursor=cursor, **asked)
    return pages.decode(page.body), page.next_cursor


def values(page: pages.Page) -> list[float]:
    """The results, as given."""
    return [float(one) for one in page.columns.result]


def test_nothing_younger_than_the_delay_is_given_and_it_comes_when_it_is_old_enough(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {0: 1.0, 60: 2.0})
    uid = agree(pair, [stream], {**RAW, "delay": "PT2H"})
    from_start = pair_time(150)
    page, cursor = read(uid, at=from_start)
    assert values(page) == [1.0]
    assert len(read(uid, cursor, at=from_start)[0]) == 0
    page, _cursor = read(uid, cursor, at=pair_time(181))
    assert values(page) == [2.0]


def pair_time(minute: int) -> Any:
    """A moment of the tests' day."""
    return DAY + timedelta(minutes=minute)


def test_a_bucket_is_given_once_it_is_closed(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {10: 1.0, 50: 3.0, 70: 9.0})
    uid = agree(pair, [stream], HOURLY)
    page, cursor = read(uid, at=pair_time(90))
    assert values(page) == [2.0, 2.0, 4.0]
    page, _cursor = read(uid, cursor, at=pair_time(121))
    assert values(page) == [9.0, 1.0, 9.0]


def test_a_forged_cursor_gets_nothing_early_and_no_part_of_a_bucket(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {10: 1.0, 70: 9.0})
    uid = agree(pair, [stream], HOURLY)
    for phase in ("snapshot", "tail"):
        forged = cursors.Cursor(epoch=1, phase=phase, high=0, until=2**53 - 1)
        sensors.sequence()
        page, _next = read(uid, forged.encode(), at=pair_time(90))
        assert values(page) == [1.0, 1.0, 1.0]


def test_small_counts_are_suppressed_and_zero_stays_zero(pair: Pair) -> None:
    (stream,) = streams(1, kind="count")
    record(stream, {0: 0.0, 1: 1.0, 2: 2.0, 3: 3.0})
    page, _cursor = read(agree(pair, [stream], {**RAW, "suppress_below": 3}))
    assert page.columns.flag.tolist() == [0, 1, 1, 0]
    assert page.columns.result[[0, 3]].tolist() == [0.0, 3.0]


def test_a_bucket_of_few_people_is_suppressed_as_a_whole(pair: Pair) -> None:
    (stream,) = streams(1, kind="count")
    record(stream, {0: 1.0, 1: 1.0, 60: 4.0, 61: 3.0})
    uid = agree(pair, [stream], {**HOURLY, "statistics": ["count", "sum", "max"], "suppress_below": 3})
    page, _cursor = read(uid)
    assert page.columns.flag.tolist() == [1, 0, 1, 0, 1, 0]


def test_the_history_window_moves_with_the_page(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {0: 1.0, 100: 2.0})
    uid = agree(pair, [stream], {**RAW, "window": "PT1H"})
    assert values(read(uid, at=pair_time(50))[0]) == [1.0, 2.0]
    assert values(read(uid, at=pair_time(110))[0]) == [2.0]


def test_a_large_batch_is_given_in_parts_and_whole(pair: Pair) -> None:
    (stream,) = streams(1)
    uid = agree(pair, [stream], RAW)
    _page, cursor = read(uid)
    record(stream, {minute: float(minute) for minute in range(250)})
    seen: list[float] = []
    for _part in range(4):
        page, cursor = read(uid, cursor, limit=100)
        seen += values(page)
    assert sorted(seen) == [float(minute) for minute in range(250)]


def test_a_part_can_be_read_again_without_moving_the_feed(pair: Pair) -> None:
    first, second = streams(2)
    for stream in (first, second):
        record(stream, {0: 1.0, 1: 2.0, 2000: 3.0})
    uid = agree(pair, [first, second], RAW)
    day = 86_400_000_000
    start = int(pair_time(0).timestamp()) * 1_000_000
    page, _cursor = read(uid, scope=Scope((second,), start=start, end=start + day))
    assert values(page) == [1.0, 2.0]
    assert set(page.columns.stream.tolist()) == {second * 8}


def test_others_and_strangers_find_no_such_feed(pair: Pair) -> None:
    (stream,) = streams(1)
    uid = agree(pair, [stream], RAW)
    other = befriend(OWNER, Node("detmold", "nowhere", 8399))
    for peer, asked in ((other, uid), (None, "urn:uuid:00000000-0000-4000-8000-000000000000")):
        with pytest.raises(NoSuchFeed):
            read(asked, peer=peer)
    Peer.objects.filter(did=ASKER.did).update(state="suspended")
    with pytest.raises(NoSuchFeed):
        read(uid)


def test_past_its_expiry_nothing_is_given_even_before_the_tick_noticed(pair: Pair) -> None:
    (stream,) = streams(1)
    uid = agree(pair, [stream], RAW, expires_at=clock.now() - timedelta(seconds=1))
    with pytest.raises(AgreementEnded):
        read(uid)


def test_a_cursor_of_another_epoch_is_answered_explicitly(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {1: 1.0})
    uid = agree(pair, [stream], RAW)
    _page, cursor = read(uid)
    sensors.bump_epoch(reason="restored")
    with pytest.raises(EpochChanged):
        read(uid, cursor)
    with pytest.raises(Invalid):
        read(uid, cursors.Cursor(epoch=9, phase="tail", high=0).encode())


def test_pages_in_other_formats_hold_the_same_rows_and_are_entered_too(pair: Pair) -> None:
    (stream,) = streams(1)
    record(stream, {1: 1.5})
    uid = agree(pair, [stream], RAW)
    peer = Peer.objects.get()
    for accept, word in (("text/csv", b',"value",'), ("application/x-ndjson", b'"flag":"value"')):
        page = provider.disclose_page(peer=peer, agreement_uid=uid, accept=accept)
        assert word in page.body
        assert page.digest == canonical.digest_of(page.body)
    assert Disclosure.objects.count() == Entry.objects.filter(kind="page-disclosed").count() == 2


def test_under_a_coarse_grid_the_description_tells_no_place(pair: Pair) -> None:
    (stream,) = streams(1, prefix="hauptstrasse")
    uid = agree(pair, [stream], {**RAW, "grid_m": 1000})
    description = provider.disclose_description(peer=Peer.objects.get(), agreement_uid=uid)
    (thing,) = description.things
    assert thing.location is not None
    assert thing.location["coordinates"] != [8.53, 52.02]
    text = canonical.dumps(description.to_mapping()).decode()
    assert "Markt" not in text
    assert "hauptstrasse" not in text


def test_hints_are_due_only_where_there_is_news(pair: Pair) -> None:
    first, second = streams(2)
    agree(pair, [first], RAW)
    agree(pair, [second], HOURLY)
    provider.announce()
    Hint.objects.update(next_attempt_at=None)
    record(first, {1: 1.0})
    assert provider.announce() == 1
    (pk,) = provider.due_hints()
    assert DatasetMember.objects.get(dataset__agreements__hint=pk).datastream_id == first
    assert provider.announce() == 1


def test_agreements_without_news_cost_no_question_each(pair: Pair) -> None:
    asked = []
    for terms in (RAW, HOURLY, RAW):
        agree(pair, streams(1), terms)
        provider.announce(at=pair_time(90))
        with CaptureQueriesContext(connection) as questions:
            provider.announce(at=pair_time(91))
        asked.append(len(questions))
    assert len(set(asked)) == 1


def test_what_has_become_old_enough_is_news(pair: Pair) -> None:
    (stream,) = streams(1)
    agree(pair, [stream], HOURLY)
    record(stream, {10: 1.0})
    provider.announce(at=pair_time(30))
    Hint.objects.update(next_attempt_at=None)
    assert provider.announce(at=pair_time(59)) == 0
    assert provider.announce(at=pair_time(61)) == 1
