"""Parquet: columns with their types, compressed, written group by group while it is sent."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from apps.api.answers import dumps
from apps.api.downloads.frames import Chunks, Frame
from apps.holdings.types import Chunk
from apps.holdings.types.rows import STATISTICS

WORDS = pa.dictionary(pa.int32(), pa.string())
SCHEMA = pa.schema(
    [
        pa.field("datastream", pa.int32(), nullable=False),
        pa.field("thing", WORDS),
        pa.field("name", WORDS),
        pa.field("measurand", WORDS),
        pa.field("unit", WORDS),
        pa.field("statistic", WORDS),
        pa.field("time", pa.timestamp("us", tz="UTC"), nullable=False),
        pa.field("span_s", pa.int32(), nullable=False),
        pa.field("result", pa.float64()),
        pa.field("suppressed", pa.bool_(), nullable=False),
        pa.field("extra", pa.string()),
    ]
)
METADATA_KEY = b"owl:dataset"


class _Outlet(io.RawIOBase):
    """Takes what the writer writes and hands it on; a Parquet file is written from front to back."""

    def __init__(self) -> None:
        self.waiting = bytearray()
        self.position = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        view = memoryview(data)
        self.waiting += view
        self.position += view.nbytes
        return view.nbytes

    def tell(self) -> int:
        return self.position

    def taken(self) -> bytes:
        """What has been written since the last time."""
        data = bytes(self.waiting)
        self.waiting.clear()
        return data


def write(frame: Frame, chunks: Chunks) -> Iterator[bytes]:
    """The file; its metadata hold the dataset's description as JSON under ``owl:dataset``."""
    outlet = _Outlet()
    schema = SCHEMA.with_metadata({METADATA_KEY: dumps(frame.about())})
    sink = pa.PythonFile(outlet, mode="w")
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for chunk in chunks:
            if len(chunk):
                writer.write_table(_table(frame, chunk, schema))
                yield outlet.taken()
    yield outlet.taken()


def _table(frame: Frame, chunk: Chunk, schema: Any) -> Any:
    key = chunk.datastream.astype(np.int64) * 8 + chunk.statistic
    kinds, codes = np.unique(key, return_inverse=True)
    labels = [frame.labels[int(kind) // 8] for kind in kinds]
    statistics = [STATISTICS[int(kind) % 8] for kind in kinds]
    indices = pa.array(codes.astype(np.int32))

    def words(values: list[str]) -> Any:
        return pa.DictionaryArray.from_arrays(indices, pa.array(values, pa.string()))

    return pa.table(
        [
            pa.array(chunk.datastream),
            words([label.thing for label in labels]),
            words([label.name for label in labels]),
            words([label.measurand for label in labels]),
            words([label.unit for label in labels]),
            words(statistics),
            pa.array(chunk.time, pa.timestamp("us", tz="UTC")),
            pa.array(chunk.span),
            pa.array(chunk.result, mask=np.isnan(chunk.result)),
            pa.array(chunk.suppressed),
            pa.array(
                [chunk.extra.get(row) for row in range(len(chunk))] if chunk.extra else [None] * len(chunk), pa.string()
            ),
        ],
        schema=schema,
    )
