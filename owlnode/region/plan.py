"""The plan of the demo: five cities, their stand-in sensors, what they share with whom under which terms.

The recordings come from Münster (../shared/data); each city is given a part of them and says so everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Share:
    """One dataset of a city, its terms and the cities that ask for it."""

    slug: str
    title_de: str
    title_en: str
    sensitivity: str
    keys: tuple[str, ...]  # prefixes of the datastreams' external keys
    terms: dict[str, Any]
    consumers: tuple[str, ...]
    purpose: str
    standing: bool = True


@dataclass(frozen=True)
class City:
    """One city of the region."""

    slug: str
    name: str
    longitude: float
    latitude: float
    recordings: tuple[tuple[str, str], ...]  # (kind, station or "")
    shares: tuple[Share, ...]
    simulated: tuple[str, ...] = field(default=("weather",))
