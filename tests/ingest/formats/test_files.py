"""Whole files: every trap of the recordings, and an account in which no cell is missing."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.ingest.formats import files, tables
from apps.ingest.formats.files import OpenFile
from apps.ingest.formats.types import Block, Issue, Tally
from tests.ingest.formats.test_times import utc

BICYCLE = 'Datetime,1001 (Am Tor),"1002 (Tor, ein)",1003 (Tor aus),1001-status,1002-status,1003-status\r\n'
PARKING = "Datum und Uhrzeit,PH Theater,PP Hörsterplatz\r\n"
LAKE = "Datum,Wassertemperatur,pH-Wert,Sauerstoffgehalt\n"
HOUR_US = 3_600_000_000


def opened(text: str, folder: str = "1001") -> OpenFile:
    """A file with this text."""
    return files.parse(BytesIO(text.encode()), folder=folder)


def drained(file: OpenFile) -> tuple[list[Block], list[Issue], Tally]:
    """All blocks and issues of a file and its tally, whose sums must be right."""
    blocks: list[Block] = []
    issues: list[Issue] = []
    tally = Tally()
    for part in file.parts:
        blocks += part.blocks
        issues += part.issues
        tally.add(part.tally)
    assert tally.cells == tally.readings + tally.empty + tally.described + tally.quarantined
    assert tally.readings == sum(len(block) for block in blocks)
    assert tally.quarantined == sum(issue.cells for issue in issues)
    return blocks, issues, tally


def read(text: str) -> tuple[list[Block], list[Issue], Tally]:
    """Blocks, issues and tally of a file with this text."""
    return drained(opened(text))


def test_totals_and_directions_are_streams_of_their_own_that_know_each_other() -> None:
    station = opened(BICYCLE).layout.stations[0]
    total, *parts = station.streams
    assert total.properties == {"total_of": ["bicycle/1001/1002", "bicycle/1001/1003"]}
    assert all(part.properties == {"part_of": "bicycle/1001/1001"} for part in parts)
    assert station.properties["label"] == "Aufzeichnung aus Münster"
    assert "Amt für Mobilität und Tiefbau" in station.properties["attribution"]


def test_a_status_stays_with_its_reading_and_an_empty_cell_is_no_zero() -> None:
    blocks, issues, tally = read(BICYCLE + "2024-04-01 00:00,5,,5,4,,0\r\n")
    assert not issues
    assert (tally.readings, tally.empty, tally.described) == (2, 1, 3)
    assert blocks[0].extra == ('{"quality":{"status":"4"}}', None)
    assert blocks[0].result.tolist() == [5.0, 5.0]
    assert blocks[0].stream.tolist() == [0, 2]


def test_the_autumn_hour_that_stands_once_says_that_it_holds_both() -> None:
    rows = "".join(f"2024-10-27 {hour},1,1,0,0,0,0\r\n" for hour in ("01:45", "02:00", "02:45", "03:00"))
    blocks, _issues, _tally = read(BICYCLE + rows)
    assert blocks[0].extra is not None
    marked = [time for time, extra in zip(blocks[0].time.tolist(), blocks[0].extra, strict=True) if extra]
    assert set(marked) == {utc("2024-10-27T00:00"), utc("2024-10-27T00:45")}


def test_the_autumn_hour_that_stands_twice_gives_two_readings_in_file_order() -> None:
    rows = [("01:55", 1), ("02:00", 2), ("02:55", 3), ("02:00", 4), ("02:55", 5), ("03:00", 6)]
    blocks, issues, _tally = read(PARKING + "".join(f"2024-10-27 {at},{n},\r\n" for at, n in rows))
    assert not issues
    assert len(blocks) == 1
    assert blocks[0].result.tolist() == [1, 2, 3, 4, 5, 6]
    assert blocks[0].time.tolist() == sorted(set(blocks[0].time.tolist()))
    assert blocks[0].extra is None


def test_the_missing_spring_hour_goes_to_quarantine_with_all_its_cells() -> None:
    _blocks, issues, tally = read(PARKING + "2024-03-31 02:00,5,6\r\n2024-03-31 03:00,5,6\r\n")
    assert [(i.line, i.column, i.reason, i.cells) for i in issues] == [(2, "time", "nonexistent-local-time", 2)]
    assert tally.readings == 2


def test_words_are_results_and_never_numbers() -> None:
    text = '"Datum und Uhrzeit","PH Theater"\r\n"Anzahl Parkplätze gesamt","(743)"\r\n'
    rows = [f'"2025-08-02 06:{minute}","{word}"\r\n' for minute, word in ((45, "ges"), (50, "bes"), (55, "kei"))]
    file = opened(text + "".join(rows))
    assert file.layout.stations[0].properties["capacity"] == 743
    blocks, issues, tally = drained(file)
    assert not issues
    assert tally.words == 3
    assert np.isnan(blocks[0].result).all()
    assert [json.loads(extra or "{}")["result"] for extra in blocks[0].extra or ()] == ["closed", "full", "no data"]


def test_columns_may_come_go_and_move() -> None:
    first = opened("Datum und Uhrzeit,PH A,PH B\n").layout
    later = opened("Datum und Uhrzeit,TG Neu,PH B,PH A\n").layout
    assert set(first.keys) < set(later.keys)
    assert [column.key for column in later.columns] == ["parking/tg-neu", "parking/ph-b", "parking/ph-a"]


def test_a_column_that_stands_twice_or_is_unknown_is_quarantined_cell_by_cell() -> None:
    header = "Datum,pH-Wert,pH-Wert,Leitfähigkeit\n"
    _blocks, issues, tally = read(header + "2024-04-01 00:00,8.1,8.2,600\n2024-04-01 00:15,8.1,,\n")
    assert [(i.line, i.column, i.reason) for i in issues] == [
        (2, "pH-Wert", "duplicate-column"),
        (2, "Leitfähigkeit", "unknown-column"),
    ]
    assert (tally.readings, tally.empty, tally.quarantined) == (2, 2, 2)
    assert issues[1].key == "lake/aasee/leitfaehigkeit"
    assert issues[1].time_us == utc("2024-03-31T22:00")


def test_implausible_values_stay_and_are_flagged_while_impossible_ones_do_not_pass() -> None:
    blocks, issues, tally = read(LAKE + "2024-04-01 00:00,11.3,9.2,9.8\n2024-04-01 00:15,99,-1,NaN\n")
    assert (tally.readings, tally.suspect) == (3, 1)
    assert blocks[0].extra == (None, '{"quality":{"flag":"suspect"}}', None)
    assert [issue.reason for issue in issues] == ["impossible-value", "impossible-value", "not-finite"]


def test_short_long_and_broken_lines_are_quarantined_whole() -> None:
    rows = '2024-04-01 00:00,1\r\n2024-04-01 00:05,1,2,3\r\n2024-04-01 00:10,"1,2\r\n\r\n2024-04-01 00:15,1,2\r\n'
    _blocks, issues, tally = read(PARKING + rows)
    assert [issue.reason for issue in issues] == ["ragged-line", "ragged-line", "unreadable-line"]
    assert (tally.lines, tally.blank_lines, tally.readings) == (4, 1, 2)


def test_a_header_in_the_middle_is_no_reading() -> None:
    _blocks, issues, tally = read(PARKING + "2024-04-01 00:00,1,2\r\n" + PARKING + "2024-04-01 00:05,1,2\r\n")
    assert [(issue.line, issue.reason) for issue in issues] == [(3, "unreadable-time")]
    assert tally.readings == 4


def test_a_time_that_stands_twice_makes_a_later_block_so_that_the_correction_is_recorded() -> None:
    blocks, _issues, _tally = read(PARKING + "2024-04-01 00:00,1,2\r\n2024-04-01 00:00,3,2\r\n")
    assert [block.result.tolist() for block in blocks] == [[1, 2], [3, 2]]


def test_the_same_content_has_the_same_digest_and_other_content_another() -> None:
    one, same = (read(PARKING + "2024-04-01 00:00,1,2\r\n")[0][0].digest for _ in range(2))
    other = read(PARKING + "2024-04-01 00:00,1,3\r\n")[0][0].digest
    assert one == same != other


@pytest.mark.parametrize("text", ["", "\n", "Datum\n", "a,b,c\n1,2,3\n", "\0\0\0", "Datetime,x\n"])
def test_a_file_that_is_none_of_ours_is_refused(text: str) -> None:
    with pytest.raises(tables.UnreadableFile):
        opened(text)


def test_another_kind_than_asked_for_is_refused() -> None:
    with pytest.raises(tables.UnreadableFile):
        files.parse(BytesIO(LAKE.encode()), kind="parking")


def test_large_files_come_in_parts() -> None:
    rows = "".join(f"2024-04-{1 + n // 288:02d} {n // 12 % 24:02d}:{n % 12 * 5:02d},{n},1\r\n" for n in range(8_000))
    parts = list(opened(PARKING + rows).parts)
    assert len(parts) == 3
    assert sum(part.tally.readings for part in parts) == 16_000
    assert sum(part.bytes_read for part in parts) == len((PARKING + rows).encode())


CELL = st.one_of(
    st.integers(-5, 900).map(str), st.sampled_from(["", "ges", "4", "1e999", "NaN", '"', "\0", "ü", "(7)"])
)
TIME = st.one_of(
    st.datetimes().map(lambda t: f"{t:%Y-%m-%d %H:%M}"), st.sampled_from(["", "2024-10-27 02:30", "2024-03-31 02:30"])
)


@given(st.lists(st.tuples(TIME, st.lists(CELL, max_size=4)), max_size=30), st.sampled_from([BICYCLE, PARKING, LAKE]))
def test_whatever_stands_in_a_file_every_cell_is_accounted_for(
    rows: Sequence[tuple[str, Sequence[str]]], header: str
) -> None:
    text = header + "".join(f"{time},{','.join(cells)}\r\n" for time, cells in rows)
    blocks, _issues, _tally = read(text)
    for block in blocks:
        assert len(set(zip(block.stream.tolist(), block.time.tolist(), strict=True))) == len(block)


def real_files(shared: Path) -> list[Path]:
    """All recordings of the shared folder."""
    return sorted((shared / "data").rglob("*.csv"))


def counted_by_hand(path: Path) -> tuple[int, int, int]:
    """Numbers and words, empty cells, and describing cells of a real file, by the plainest means."""
    with path.open(encoding="utf-8-sig", newline="") as source:
        header, *rows = list(csv.reader(source))
    values = empty = described = 0
    for row in rows:
        for title, cell in zip(header[1:], row[1:], strict=True):
            if title.endswith("-status") or row[0] == "Anzahl Parkplätze gesamt":
                described += 1
            elif cell == "":
                empty += 1
            else:
                values += 1
    return values, empty, described


def test_every_cell_of_every_real_file_is_accounted_for(shared_path: Path) -> None:
    totals = Tally()
    for path in real_files(shared_path):
        with path.open("rb") as source:
            _blocks, issues, tally = drained(files.parse(source, folder=path.parent.name))
        assert (tally.readings, tally.empty, tally.described) == counted_by_hand(path), path
        assert not issues, path
        totals.add(tally)
    assert totals.lines == 133_737 + 16_302 + 8_196
    assert totals.readings == 547_319 + 280_494 + 24_588
