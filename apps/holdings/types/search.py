"""What is looked for in the catalogue, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from apps.holdings.types.holdings import Holding

FORMATS: Final = ("csv", "json", "geojson", "parquet", "api", "sensorthings")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Empty means any. ``city`` is an owner's name or DID, ``measurand`` a key of ``measurands``; pages from 1.

    ``after`` is the key of a holding: what follows it in the same order.
    """

    text: str = ""
    city: str = ""
    theme: str = ""
    format: str = ""
    licence: str = ""
    freshness: str = ""
    visibility: str = ""
    measurand: str = ""
    after: str = ""
    page: int = 1
    per_page: int = 20


@dataclass(frozen=True, slots=True)
class Facet:
    """One value one may choose, and how many results it would leave under the other choices."""

    value: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One page of what was found, best first; ``is_more`` whether any follow this page."""

    holdings: tuple[Holding, ...]
    total: int
    page: int
    pages: int
    is_more: bool = False
    facets: Mapping[str, tuple[Facet, ...]] = field(default_factory=dict)
