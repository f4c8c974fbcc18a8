"""CSV (RFC 4180), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

import numpy as np

from apps.api import render
from apps.api.downloads.frames import Chunks, Frame
from apps.holdings.types import Chunk
from apps.holdings.types.rows import STATISTICS

COLUMNS: Final = (
    "datastream", "thing", "name", "measurand", "unit", "statistic", "time", "end", "result", "status", "extra",
)  # fmt: skip
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet takes a cell for a formula that begins so; numbers are never texts here and stay as they are."""


def write(frame: Frame, chunks: Chunks) -> Iterator[bytes]:
    """A header and one line for each row; times in UTC. ``status`` is empty, ``suppressed`` or ``null``."""
    yield line(COLUMNS).encode()
    for chunk in chunks:
        yield _lines(frame, chunk).encode()


def line(cells: tuple[str, ...]) -> str:
    """One line of text cells, made harmless and quoted where need be."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return buffer.getvalue()


def harmless(cell: str) -> str:
    """The text with an apostrophe in front where a spreadsheet would run it as a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _lines(frame: Frame, chunk: Chunk) -> str:
    starts = {
        key: _start(frame, *key) for key in set(zip(chunk.datastream.tolist(), chunk.statistic.tolist(), strict=True))
    }
    times = render.moments(chunk.time)
    ends = render.moments(chunk.time + chunk.span.astype(np.int64) * 1_000_000)
    rows = zip(
        chunk.datastream.tolist(), chunk.statistic.tolist(), times, ends, chunk.span.tolist(), chunk.result.tolist(),
        chunk.suppressed.tolist(), np.isfinite(chunk.result).tolist(), strict=True,
    )  # fmt: skip
    lines = []
    for number, (datastream, statistic, time, end, span, result, suppressed, known) in enumerate(rows):
        status = "suppressed" if suppressed else ("" if known else "null")
        extra = line((chunk.extra[number],))[:-2] if number in chunk.extra else ""
        shown = repr(result) if known else ""
        lines.append(f"{starts[datastream, statistic]},{time},{end if span else ''},{shown},{status},{extra}\r\n")
    return "".join(lines)


def _start(frame: Frame, datastream: int, statistic: int) -> str:
    """The cells that are the same in every row of a series, up to the statistic."""
    labels = frame.labels[datastream]
    told = (labels.thing, labels.name, labels.measurand, labels.unit, STATISTICS[statistic])
    return f"{datastream},{line(told)[:-2]}"
