"""The words in which edges speak to this app: uplinks in, accounts out; formats, ways, conversions."""

from apps.sources.types.conversions import CONVERSIONS, Conversion, ConversionName
from apps.sources.types.streams import NewStream
from apps.sources.types.uplinks import (
    MAX_NAME,
    REMEMBERED_S,
    SOURCE_PREFIX,
    WILDCARD,
    Outcome,
    Reason,
    Taken,
    Uplink,
    scope_of,
    source_name,
)
from apps.sources.types.ways import Format, Transport

__all__ = [
    "CONVERSIONS",
    "MAX_NAME",
    "REMEMBERED_S",
    "SOURCE_PREFIX",
    "WILDCARD",
    "Conversion",
    "ConversionName",
    "Format",
    "NewStream",
    "Outcome",
    "Reason",
    "Taken",
    "Transport",
    "Uplink",
    "scope_of",
    "source_name",
]
