"""Exports hold exactly what a peer under the same terms would get, in bounded pieces, and end when the right ends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from apps.catalogue import selectors as catalogue_read
from apps.catalogue import services as catalogue
from apps.core.errors import NotFound, OwlError
from apps.holdings import selectors
from apps.holdings.types import Chunk
from apps.policies import terms as language
from apps.provider import selectors as provider
from apps.wire.cursors import Cursor
from tests.holdings import city
from tests.holdings.city import DAY, HOURLY, NOON, PUBLIC

pytestmark = pytest.mark.django_db
TERMS: dict[str, dict[str, Any]] = {
    "raw": PUBLIC,
    "late": PUBLIC | {"delay": "PT2H", "window": "PT9H"},
    "counts": PUBLIC | {"suppress_below": 3},
    "hourly": PUBLIC | HOURLY,
    "quarters": PUBLIC | {"resolution": "PT15M", "statistics": ["mean", "min", "max"]},
}


def keys(chunks: list[Chunk]) -> list[tuple[int, int, int, int, str, bool]]:
    """Every row with everything that tells it from others."""
    return [
        (int(chunk.datastream[row]) * 8 + int(chunk.statistic[row]), int(chunk.time[row]), int(chunk.span[row]),
         row_extra(chunk, row), repr(float(chunk.result[row])), bool(chunk.suppressed[row]))
        for chunk in chunks for row in range(len(chunk))
    ]  # fmt: skip


def row_extra(chunk: Chunk, row: int) -> int:
    """Whether the row carries more than a number."""
    return int(row in chunk.extra)


@pytest.fixture(params=TERMS)
def filled(request: pytest.FixtureRequest) -> str:
    """Three busy counters under the terms of that name."""
    streams = [city.own(f"c{number}", kind="count") for number in range(3)]
    for number, stream in enumerate(streams):
        city.record(stream, {float(7 * step + number): float(step % 5) for step in range(100 - 40 * number)})
    city.record(streams[1], {800.5: None}, extra={800.5: '{"result":"closed"}'})
    city.dataset(request.param, streams, TERMS[request.param])
    return str(request.param)


@pytest.mark.parametrize("chunk", [10, 37, 20_000])
def test_an_export_holds_what_the_feed_gives_under_the_same_terms(filled: str, chunk: int) -> None:
    held = selectors.holding(None, filled, at=NOON)
    found = keys(list(selectors.rows(None, held, at=NOON, chunk=chunk)))
    view = provider.public_view(held.datastream_ids, language.parse(TERMS[filled]), at=NOON)
    feed = provider.read_page(view, None, epoch=1, high=0, limit=1_000_000, scope=None)
    told = [
        (int(row["stream"]), int(row["time"]), int(row["span"]), int(at in feed.extra), repr(float(row["result"])),
         (int(row["mark"]) & 3) == 1)
        for at, row in enumerate(feed.rows)
    ]  # fmt: skip
    assert len(found) == len(told) > 30
    assert sorted(found) == sorted(told)
    order = [(stream // 8, time, span, stream) for stream, time, span, *_rest in found]
    assert order == sorted(order)


def test_pages_stay_small_and_their_cursor_leads_on(filled: str) -> None:
    held = selectors.holding(None, filled, at=NOON)
    whole = keys(list(selectors.rows(None, held, at=NOON)))
    pieces, cursor = [], ""
    while True:
        piece = selectors.page(None, held, cursor=cursor, limit=20, at=NOON)
        assert len(piece) <= (200 if held.is_bucketed else 20)
        pieces.append(piece)
        cursor = piece.cursor
        if not cursor:
            break
    assert keys(pieces) == whole


def test_a_range_is_cut_out_of_it(filled: str) -> None:
    held = selectors.holding(None, filled, at=NOON)
    start, end = DAY + timedelta(hours=4), DAY + timedelta(hours=6)
    found = list(selectors.rows(None, held, start=start, end=end, at=NOON))
    times = np.concatenate([chunk.time for chunk in found]) // 1_000_000
    assert times.min() >= start.timestamp()
    assert times.max() < end.timestamp()


def test_a_withdrawal_ends_an_export_that_is_under_way() -> None:
    stream = city.own("raw")
    city.record(stream, {float(minute): 1.0 for minute in range(50)})
    dataset = city.dataset("raw", [stream], PUBLIC)
    export = selectors.rows(None, selectors.holding(None, "raw", at=NOON), at=NOON, chunk=10)
    next(export)
    version = catalogue_read.released(dataset)
    assert version is not None
    catalogue.withdraw_release(version=version, user=city.person("umwelt-owner"))
    with pytest.raises(NotFound):
        next(export)


def test_the_estimate_of_raw_data_is_exact_and_of_a_part_about_right() -> None:
    stream = city.own("raw")
    city.record(stream, {float(minute): 1.0 for minute in range(600)})
    city.dataset("raw", [stream], PUBLIC)
    held = selectors.holding(None, "raw", at=NOON)
    assert selectors.estimate(None, held).rows == 600
    half = selectors.estimate(None, held, end=DAY + timedelta(hours=5))
    assert 290 <= half.rows <= 310


def test_rows_of_a_replica_say_which_statistic_they_are() -> None:
    made = city.replica("sums", PUBLIC, city.stream("sums/5", properties={"statistic": "sum"}), city.stream("sums/0"))
    total, single = city.datastreams(made)
    for stream in (total, single):
        city.receive(stream, {0.0: 1.0})
    (chunk,) = selectors.rows(None, selectors.holding(None, "sums~herford.example", at=NOON), at=NOON)
    assert dict(zip(chunk.datastream.tolist(), chunk.statistic.tolist(), strict=True)) == {total: 5, single: 0}


@pytest.mark.parametrize("cursor", ["1.x", "nonsense", "1.WzEsInRhaWwiLDAsbnVsbCxudWxsLDAsMF0"])
def test_a_cursor_that_is_none_is_refused(cursor: str) -> None:
    city.dataset("raw", [city.own("raw")], PUBLIC)
    with pytest.raises(OwlError) as refused:
        selectors.page(None, selectors.holding(None, "raw", at=NOON), cursor=cursor, at=NOON)
    assert refused.value.status == 400


def test_a_forged_cursor_gets_nothing_early() -> None:
    stream = city.own("late")
    city.record(stream, {0.0: 1.0, 700.0: 2.0})
    city.dataset("late", [stream], PUBLIC | {"delay": "PT2H"})
    held = selectors.holding(None, "late", at=NOON)
    forged = Cursor(epoch=9, phase="tail", high=7, stream=0, time=0, until=2**53 - 1)
    assert selectors.page(None, held, cursor=forged.encode(), at=NOON).result.tolist() == [1.0]
