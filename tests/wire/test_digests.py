"""Digests: the documented rule to the letter, and deaf to everything the rule does not name."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
import random
import struct

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.wire import canonical, digests
from apps.wire.columns import columns
from apps.wire.errors import BadRows
from tests.wire.rows import TABLES, Row, table, without_deleted

DAY_ZERO = dt.date(1970, 1, 1)


def _by_the_book(rows: list[Row]) -> list[digests.DayDigest]:
    """The rule as docs/protocol.md states it, row by row."""
    groups: dict[tuple[int, int], bytes] = {}
    counts: dict[tuple[int, int], int] = {}
    for stream, time, span, result, flag, extra in sorted(without_deleted(rows), key=lambda row: row[:3]):
        group = (stream, time // 86_400_000_000)
        number = b"\x7f\xf8" + bytes(6) if result is None else struct.pack(">d", result or 0.0)
        text = (extra or "").encode()
        packed = struct.pack(">qiB", time, span, flag) + number + struct.pack(">I", len(text)) + text
        groups[group] = groups.get(group, b"") + packed
        counts[group] = counts.get(group, 0) + 1
    return [
        digests.DayDigest(stream, DAY_ZERO + dt.timedelta(day), counts[stream, day], hashlib.sha256(data).hexdigest())
        for (stream, day), data in groups.items()
    ]


@given(TABLES)
def test_the_rule_is_the_documented_one(rows: list[Row]) -> None:
    found = digests.day_digests(table(rows))
    assert found == _by_the_book(rows)
    listed = [[day.stream, day.day.isoformat(), day.count, day.hex] for day in found]
    assert digests.combine(found) == canonical.digest(listed)


@given(TABLES, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_of_days_does_not_matter(rows: list[Row], chance: random.Random) -> None:
    found = digests.day_digests(table(rows))
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert digests.day_digests(table(shuffled)) == found
    assert digests.combine(reversed(found)) == digests.combine(found)


@given(TABLES.filter(bool), st.data())
def test_any_other_value_is_another_digest(rows: list[Row], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(rows) - 1))
    stream, time, span, result, flag, extra = rows[place]
    assume(flag == 0)
    other = data.draw(st.none() | st.floats(allow_nan=False, allow_infinity=False))
    assume(other != result)
    changed = [*rows[:place], (stream, time, span, other, flag, extra), *rows[place + 1 :]]
    found, differently = digests.day_digests(table(rows)), digests.day_digests(table(changed))
    assert digests.combine(found) != digests.combine(differently)
    assert digests.differing(found, differently) == [(stream, DAY_ZERO + dt.timedelta(time // 86_400_000_000))]


def test_zero_has_one_digest_and_null_has_one_however_its_bits_stand() -> None:
    odd_nan = np.array([0x7FF8000000000001, 0xFFF8000000000000], np.uint64).view(np.float64)

    def digest(value: float) -> str:
        return digests.combine(digests.day_digests(columns(stream=[1], time=[1], result=[value])))

    assert digest(-0.0) == digest(0.0)
    assert digest(odd_nan[0]) == digest(odd_nan[1]) == digest(math.nan)
    assert digest(math.nan) != digest(0.0)


def test_missing_null_and_suppressed_are_three_different_things() -> None:
    tables: list[list[Row]] = [[], [(1, 1, 0, None, 0, None)], [(1, 1, 0, None, 1, None)]]
    found = {digests.combine(digests.day_digests(table(rows))) for rows in tables}
    assert len(found) == 3


def test_a_deleted_row_is_no_row() -> None:
    assert digests.day_digests(table([(1, 1, 0, None, 2, None)])) == []
    assert digests.combine([]) == canonical.digest([])


def test_a_day_begins_and_ends_at_midnight_utc() -> None:
    rows = columns(stream=[1, 1, 1], time=[0, 86_399_999_999, 86_400_000_000], result=[1, 2, 3])
    found = [(day.day.isoformat(), day.count) for day in digests.day_digests(rows)]
    assert found == [("1970-01-01", 2), ("1970-01-02", 1)]


def test_rows_with_one_key_have_no_digest() -> None:
    with pytest.raises(BadRows):
        digests.day_digests(columns(stream=[1, 1], time=[1, 1], result=[1, 2]))
    day = digests.DayDigest(1, DAY_ZERO, 1, "0" * 64)
    with pytest.raises(BadRows):
        digests.combine([day, digests.DayDigest(1, DAY_ZERO, 2, "1" * 64)])


def test_what_only_one_side_has_differs() -> None:
    ours = digests.day_digests(columns(stream=[1, 2], time=[0, 0], result=[1, 2]))
    theirs = digests.day_digests(columns(stream=[2, 3], time=[0, 0], result=[2, 3]))
    assert digests.differing(ours, theirs) == [(1, DAY_ZERO), (3, DAY_ZERO)]
    assert digests.differing(ours, ours) == []
