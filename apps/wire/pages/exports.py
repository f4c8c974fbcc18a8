"""A page as CSV (RFC 4180) or NDJSON, for readers that are no OWL nodes. The same rows, nothing more."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.csv

from apps.wire.pages.codec import Page

CSV_TYPE: Final = "text/csv; charset=utf-8; header=present"
NDJSON_TYPE: Final = "application/x-ndjson"

_FLAGS = np.array(["value", "suppressed", "deleted"])


def to_csv(page: Page) -> bytes:
    """UTF-8 with a header line: stream,time,span,result,flag,extra; time as 2026-01-31T23:59:59.000000Z."""
    batch = page.batch
    table = pa.table(
        {
            "stream": batch.column("stream"),
            "time": pa.array(_times(page)),
            "span": batch.column("span"),
            "result": batch.column("result"),
            "flag": pa.array(_FLAGS[page.columns.flag]),
            "extra": batch.column("extra"),
        }
    )
    sink = io.BytesIO()
    options = pyarrow.csv.WriteOptions(quoting_style="needed")
    pyarrow.csv.write_csv(table, sink, options)
    return sink.getvalue()


def to_ndjson(page: Page) -> bytes:
    """One JSON object per row and line, with the columns of ``to_csv``; ``extra`` as JSON, not as text."""
    return b"".join(_lines(page))


def _lines(page: Page) -> Iterator[bytes]:
    rows = page.columns
    extra = rows.extra if rows.extra is not None else [None] * len(rows)
    flags = _FLAGS[rows.flag].tolist()
    numbers = (rows.span.tolist(), rows.result.tolist())
    values = zip(rows.stream.tolist(), _times(page).tolist(), *numbers, flags, extra, strict=True)
    for stream, time, span, result, flag, text in values:
        row = {
            "stream": stream,
            "time": time,
            "span": span,
            "result": result,  # orjson writes NaN as null
            "flag": flag,
            "extra": None if text is None else orjson.Fragment(text),
        }
        yield orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _times(page: Page) -> np.ndarray[tuple[int], np.dtype[np.str_]]:
    instants = page.columns.time.astype("datetime64[us]")
    return np.strings.add(np.datetime_as_string(instants), "Z")
