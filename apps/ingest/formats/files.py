"""One file of a recording, from its bytes to readings and issues, in stretches that fit in memory.

Every cell of every line ends in exactly one place: a reading, empty, described (it describes other cells) or
quarantined with its reason. Nothing is guessed: a line with too few or too many cells is quarantined as a whole.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from apps.ingest.formats import bicycle, lake, parking, tables, times
from apps.ingest.formats.blocks import BlockBuilder, Row
from apps.ingest.formats.types import Issue, Layout, Part, Tally

KINDS = (bicycle.KIND, parking.KIND, lake.KIND)
PART_LINES = 4_000
PART_CELLS = 100_000
MAX_COLUMNS = 500
ISO_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A file whose head has been read: its layout, and its parts in order (read once, lazily)."""

    layout: Layout
    parts: Iterator[Part]


def parse(
    source: BinaryIO, *, kind: str | None = None, folder: str = "", sites: Sequence[Mapping[str, Any]] = ()
) -> OpenFile:
    """Open a recording. ``kind`` None: the header decides. ``folder`` and ``sites`` name a bicycle counter.

    Raises tables.UnreadableFile when there is no head that can be understood, or it belongs to another kind.
    """
    lines = tables.read(source)
    first = next(lines, None)
    if first is None:
        raise tables.UnreadableFile("empty-file", "the file is empty")
    header = tuple(tables.tidy(title) for title in first.cells)
    if first.problem or len(header) < 2 or len(header) > MAX_COLUMNS:
        raise tables.UnreadableFile("no-header", "the first line is not a header with 2 to 500 columns")
    found = _recognise(header)
    if found is None or (kind is not None and kind != found):
        raise tables.UnreadableFile(
            "unknown-header", f"the header is not that of a {kind or ' / '.join(KINDS)} recording"
        )
    layout, rest = _layout(found, header, lines, folder, sites)
    return OpenFile(layout, _Reader(layout).parts(rest))


def _recognise(header: Sequence[str]) -> str | None:
    if bicycle.recognises(header):
        return bicycle.KIND
    if parking.recognises(header):
        return parking.KIND
    return lake.KIND if lake.recognises(header) else None


def _layout(
    kind: str, header: Sequence[str], lines: Iterator[tables.Line], folder: str, sites: Sequence[Mapping[str, Any]]
) -> tuple[Layout, Iterator[tables.Line]]:
    if kind == bicycle.KIND:
        return bicycle.layout(header, folder=folder, sites=sites), lines
    if kind == lake.KIND:
        return lake.layout(header), lines
    second = next(lines, None)
    if second is not None and second.cells and tables.tidy(second.cells[0]) == parking.CAPACITY_TITLE:
        third = next(lines, None)
        day = ISO_DAY.match(third.text.lstrip('" ')) if third is not None else None
        layout = parking.layout(header, capacities=second.cells, day=day[0] if day else "")
        return layout, itertools.chain([third] if third else [], lines)
    return parking.layout(header, capacities=None), itertools.chain([second] if second else [], lines)


class _Reader:
    """Takes the lines after the head and hands out parts."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._clock = times.LocalClock()
        self._part_lines = max(1, min(PART_LINES, PART_CELLS // layout.width))
        self._builder = BlockBuilder(layout)
        self._rows: list[Row] = []
        self._issues: list[Issue] = []
        self._tally = Tally(cells=layout.head_cells, described=layout.head_cells)

    def parts(self, lines: Iterable[tables.Line]) -> Iterator[Part]:
        offset = sent = 0
        for line in lines:
            self._take(line)
            offset = line.offset
            # A doubled hour stays in one part: whether it was recorded once or twice is seen at its end.
            full = len(self._rows) >= self._part_lines and not self._rows[-1].moment.doubled
            if full or len(self._rows) >= 4 * self._part_lines or len(self._issues) >= PART_LINES:
                yield self._flush(offset - sent)
                sent = offset
        yield self._flush(offset - sent)

    def _take(self, line: tables.Line) -> None:
        if not line.problem and not line.text.strip():
            self._tally.blank_lines += 1
            return
        self._tally.lines += 1
        if line.problem:
            self._refuse(line, "", line.problem, "the line cannot be split into cells", cells=1)
        elif len(line.cells) != self._layout.width:
            detail = f"{len(line.cells)} cells where the header has {self._layout.width}"
            self._refuse(line, "", "ragged-line", detail, cells=max(1, len(line.cells) - 1))
        else:
            self._take_row(line)

    def _take_row(self, line: tables.Line) -> None:
        try:
            moment = self._clock.read(line.cells[0].strip())
        except times.UnreadableTime as error:
            described = len(self._layout.described)
            self._tally.cells += described
            self._tally.described += described
            self._refuse(line, "time", error.reason, str(error), cells=self._layout.width - 1 - described)
            return
        self._rows.append(Row(line.number, moment, line.cells))

    def _refuse(self, line: tables.Line, column: str, reason: str, detail: str, *, cells: int) -> None:
        self._tally.cells += cells
        self._tally.quarantined += cells
        self._issues.append(Issue(line.number, column, reason, detail, line.text[:2_000], cells))

    def _flush(self, read: int) -> Part:
        blocks, issues, tally = self._builder.build(self._rows)
        tally.add(self._tally)
        part = Part(blocks, (*self._issues, *issues), tally, read)
        self._rows, self._issues, self._tally = [], [], Tally()
        return part
