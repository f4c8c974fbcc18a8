"""Rows of text to blocks of numbers, a column at a time."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import rfc8785

from apps.ingest.formats import cells
from apps.ingest.formats.times import Moment
from apps.ingest.formats.types import Block, Column, Issue, Layout, Tally

QUIET_STATUSES = frozenset({"", "0"})


@dataclass(frozen=True, slots=True)
class Row:
    """One line whose time was read."""

    line: int
    moment: Moment
    cells: tuple[str, ...]


@dataclass(slots=True)
class _Taken:
    """What one column gave: row numbers kept, their results, and what stands beside a result (row → parts of extra)."""

    rows: npt.NDArray[np.int64]
    results: npt.NDArray[np.float64]
    beside: dict[int, dict[str, Any]]


class BlockBuilder:
    """Builds the blocks of one file; remembers numbers it has read before."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._numbers = cells.Numbers()
        self._stream_of = {key: index for index, key in enumerate(layout.keys)}

    def build(self, rows: Sequence[Row]) -> tuple[tuple[Block, ...], list[Issue], Tally]:
        """Blocks (more than one only where a time stands twice: the later row is then a correction), issues, tally."""
        tally = Tally()
        issues: list[Issue] = []
        blocks: list[Block] = []
        for wave in _waves(rows):
            block = self._block(wave, issues, tally)
            if len(block):
                blocks.append(block)
        return tuple(blocks), issues, tally

    def _block(self, rows: Sequence[Row], issues: list[Issue], tally: Tally) -> Block:
        utc = np.fromiter((row.moment.utc_us for row in rows), np.int64, len(rows))
        lines = np.fromiter((row.line for row in rows), np.int32, len(rows))
        texts = list(zip(*(row.cells for row in rows), strict=True))
        both = _both_hours(rows) if self._layout.merged_autumn else frozenset()
        tally.cells += len(rows) * (self._layout.width - 1)
        tally.described += len(rows) * len(self._layout.described)
        parts: list[tuple[int, _Taken]] = []
        for column in self._layout.columns:
            taken = self._column(column, texts, rows, issues, tally)
            _mark(taken, both, "dst", "both hours of the doubled hour")
            if len(taken.rows):
                parts.append((self._stream_of[column.key], taken))
        tally.readings += sum(len(taken.rows) for _, taken in parts)
        if parts:
            tally.last_us = max(int(utc.max()), tally.last_us or 0)
        return _assemble(self._layout, parts, utc, lines)

    def _column(
        self, column: Column, texts: Sequence[Sequence[str]], rows: Sequence[Row], issues: list[Issue], tally: Tally
    ) -> _Taken:
        text = texts[column.index]
        if column.problem:
            self._unmapped(column, text, rows, issues, tally)
            return _Taken(np.empty(0, np.int64), np.empty(0), {})
        values = np.fromiter(map(self._numbers.__getitem__, text), np.float64, len(text))
        low, high = column.limits
        keep = (values >= low) & (values <= high)
        beside: dict[int, dict[str, Any]] = {}
        for index in np.flatnonzero(~keep).tolist():
            word = column.words.get(text[index].strip())
            if word is not None:
                keep[index] = True
                beside[index] = {"result": word, "parameters": {"recorded": text[index].strip()}}
                tally.words += 1
            elif text[index].strip():
                issues.append(_issue(column, rows[index], values[index]))
                tally.quarantined += 1
            else:
                tally.empty += 1
        kept = np.flatnonzero(keep)
        taken = _Taken(kept, values[kept], beside)
        if column.status is not None:
            _statuses(texts[column.status], taken)
        if column.plausible is not None:
            tally.suspect += _suspects(column.plausible, taken)
        return taken

    def _unmapped(
        self, column: Column, text: Sequence[str], rows: Sequence[Row], issues: list[Issue], tally: Tally
    ) -> None:
        for cell, row in zip(text, rows, strict=True):
            if not cell.strip():
                tally.empty += 1
                continue
            tally.quarantined += 1
            detail = f"the column {column.title[:60]!r} is not one this recording is known to have"
            issues.append(_at(column, row, column.problem, detail))


def _statuses(status: Sequence[str], taken: _Taken) -> None:
    """Keep a status other than "all is well" as the quality of its reading."""
    if set(status) <= QUIET_STATUSES:
        return
    for index in taken.rows.tolist():
        code = status[index].strip()
        if code not in QUIET_STATUSES:
            taken.beside.setdefault(index, {})["quality"] = {"status": code[:60]}


def _suspects(plausible: tuple[float, float], taken: _Taken) -> int:
    """Flag what is possible but hard to believe; returns how many."""
    odd = np.flatnonzero((taken.results < plausible[0]) | (taken.results > plausible[1]))
    for index in taken.rows[odd].tolist():
        taken.beside.setdefault(index, {})["quality"] = {"flag": "suspect"}
    return len(odd)


def _issue(column: Column, row: Row, value: float) -> Issue:
    text = row.cells[column.index]
    if not math.isnan(value):
        low, high = column.limits
        return _at(column, row, "impossible-value", f"{text[:60]} lies outside {low:g} to {high:g}")
    return _at(column, row, *cells.why_not(text))


def _at(column: Column, row: Row, reason: str, detail: str) -> Issue:
    text = row.cells[column.index][:2_000]
    return Issue(row.line, column.title, reason, detail, text, key=column.key, time_us=row.moment.utc_us)


def _waves(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows in groups without a time twice: the first time each stands, the second time, and so on."""
    seen: Counter[int] = Counter()
    waves: list[list[Row]] = []
    for row in rows:
        rank = seen[row.moment.utc_us]
        seen[row.moment.utc_us] += 1
        if rank == len(waves):
            waves.append([])
        waves[rank].append(row)
    return waves


def _both_hours(rows: Sequence[Row]) -> frozenset[int]:
    """Row numbers inside a doubled hour that the file has only once: they hold both hours."""
    second = {row.moment.utc_us // 86_400_000_000 for row in rows if row.moment.fold}
    return frozenset(
        index
        for index, row in enumerate(rows)
        if row.moment.doubled and not row.moment.fold and row.moment.utc_us // 86_400_000_000 not in second
    )


def _mark(taken: _Taken, rows: frozenset[int], name: str, value: str) -> None:
    if rows:
        for index in rows.intersection(taken.rows.tolist()):
            parameters = taken.beside.setdefault(index, {}).setdefault("parameters", {})
            parameters[name] = value


def _assemble(
    layout: Layout, parts: Sequence[tuple[int, _Taken]], utc: npt.NDArray[np.int64], lines: npt.NDArray[np.int32]
) -> Block:
    rows = np.concatenate([np.empty(0, np.int64), *(taken.rows for _, taken in parts)])
    stream = np.concatenate(
        [np.empty(0, np.int32), *(np.full(len(taken.rows), index, np.int32) for index, taken in parts)]
    )
    results = np.concatenate([np.empty(0), *(taken.results for _, taken in parts)])
    extra: tuple[str | None, ...] | None = None
    if any(taken.beside for _, taken in parts):
        extra = tuple(_extra(taken, index) for _, taken in parts for index in taken.rows.tolist())
    digest = _digest(layout, stream, utc[rows], results, extra)
    return Block(stream, utc[rows], results, extra, lines[rows], digest)


def _extra(taken: _Taken, index: int) -> str | None:
    beside = taken.beside.get(index)
    return rfc8785.dumps(beside).decode() if beside else None


def _digest(
    layout: Layout,
    stream: npt.NDArray[np.int32],
    time: npt.NDArray[np.int64],
    result: npt.NDArray[np.float64],
    extra: tuple[str | None, ...] | None,
) -> str:
    """SHA-256 over what is written: the same readings have the same digest in any file, at any time."""
    head = rfc8785.dumps([list(layout.keys), layout.span, list(extra or ())])
    body = b"".join((stream.astype(">i4").tobytes(), time.astype(">i8").tobytes(), result.astype(">f8").tobytes()))
    return hashlib.sha256(head + body).hexdigest()
