"""Pages: a stretch of a feed as one Arrow IPC stream, small on the wire and safe to open.

``container`` guards what is opened, ``packing`` makes numbers small, ``codec`` writes and reads the page,
``exports`` writes it as CSV and NDJSON for readers that are no OWL nodes. The format is in docs/protocol.md.
"""

from apps.wire.pages.codec import MEDIA_TYPE, SCHEMA, Page, decode, encode
from apps.wire.pages.exports import CSV_TYPE, NDJSON_TYPE, to_csv, to_ndjson

__all__ = [
    "CSV_TYPE",
    "MEDIA_TYPE",
    "NDJSON_TYPE",
    "SCHEMA",
    "Page",
    "decode",
    "encode",
    "to_csv",
    "to_ndjson",
]
