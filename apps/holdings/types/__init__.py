"""The words in which holdings answers; times are aware UTC datetimes, in arrays microseconds since 1970 UTC."""

from apps.holdings.types.access import Access, Limits
from apps.holdings.types.changes import Change, ChangeKind
from apps.holdings.types.exhibits import Exhibited, Receiver
from apps.holdings.types.holdings import Freshness, Holding, Mode, Source
from apps.holdings.types.measurands import Measurand, Part
from apps.holdings.types.places import Latest, Spot, Stream
from apps.holdings.types.register import Entry
from apps.holdings.types.rows import Chunk, Estimate, Series
from apps.holdings.types.search import FORMATS, Facet, Query, Results

__all__ = [
    "FORMATS",
    "Access",
    "Change",
    "ChangeKind",
    "Chunk",
    "Entry",
    "Estimate",
    "Exhibited",
    "Facet",
    "Freshness",
    "Holding",
    "Latest",
    "Limits",
    "Measurand",
    "Mode",
    "Part",
    "Query",
    "Receiver",
    "Results",
    "Series",
    "Source",
    "Spot",
    "Stream",
]
