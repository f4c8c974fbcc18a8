"""The plan of the demo: five cities, their stand-in sensors, what they share with whom and under which terms.

The recordings come from Münster (../shared/data) and say so wherever they are shown; the live sensors are simulated and
say that. Without the recordings the simulated sensors alone carry the demo.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SLUGS = ("bielefeld", "guetersloh", "herford", "detmold", "bad-salzuflen")
BICYCLES = {
    "sensitivity": "people",
    "visibility": "peers",
    "resolution": "PT1H",
    "statistics": ["sum", "count"],
    "delay": "PT1H",
    "grid_m": 100,
    "suppress_below": 3,
    "purposes": ["traffic-planning"],
    "retention": "P90D",
    "onward": "no",
}
CAR_PARKS = {
    "sensitivity": "traffic",
    "visibility": "peers",
    "resolution": "PT15M",
    "statistics": ["mean"],
    "purposes": ["traffic-planning", "parking-guidance"],
    "retention": "P30D",
    "onward": "no",
}
WATER = {
    "sensitivity": "environment",
    "visibility": "public",
    "resolution": "raw",
    "statistics": [],
    "purposes": [],
    "onward": "peers",
}
FLOOD = WATER | {"visibility": "peers", "purposes": ["flood-protection"], "retention": "P90D", "onward": "no"}
WEATHER = WATER | {"onward": "no"}
SOIL = WATER | {"resolution": "P1D", "statistics": ["mean", "min", "max"], "visibility": "public"}


@dataclass(frozen=True)
class Share:
    """One dataset of a city: its streams by the beginning of their keys, its terms, and who asks for it for what."""

    slug: str
    title_de: str
    title_en: str
    theme: str
    keys: tuple[str, ...]
    terms: dict[str, Any]
    consumers: tuple[str, ...]
    purpose: str
    recorded: bool = True
    standing: bool = True

    @property
    def sensitivity(self) -> str:
        """The class that decides who must sign."""
        return str(self.terms["sensitivity"])

    @property
    def clauses(self) -> dict[str, Any]:
        """The terms as ``policies`` reads them."""
        return {name: value for name, value in self.terms.items() if name != "sensitivity"}


@dataclass(frozen=True)
class City:
    """One city of the region; ``recordings`` are paths below the data folder."""

    slug: str
    name: str
    recordings: tuple[str, ...]
    shares: tuple[Share, ...]


def _bicycles(city: str, stations: tuple[str, ...], consumers: tuple[str, ...], *, standing: bool = True) -> Share:
    """Only the totals: a total beside its directions would let anyone subtract suppressed counts."""
    return Share(
        slug=f"{city}-radverkehr",
        title_de="Radverkehr an Dauerzählstellen (Aufzeichnung aus Münster)",
        title_en="Bicycle traffic at permanent counters (recording from Münster)",
        theme="TRAN",
        keys=tuple(f"bicycle/{station}/{station}" for station in stations),
        terms=BICYCLES,
        consumers=consumers,
        purpose="traffic-planning",
        standing=standing,
    )


def _gauges(city: str, consumers: tuple[str, ...]) -> Share:
    return Share(
        slug=f"{city}-pegel",
        title_de="Pegelstände (Simulator)",
        title_en="Water levels (simulator)",
        theme="ENVI",
        keys=(f"simulator/{city}/water-level/",),
        terms=FLOOD,
        consumers=consumers,
        purpose="flood-protection",
        recorded=False,
    )


def _weather(city: str) -> Share:
    """The same quantities from every city for everybody: what the region page lays side by side."""
    others = tuple(name for name in SLUGS if name != city)
    return Share(
        slug=f"{city}-wetter-und-luft",
        title_de="Wetter und Luft (Simulator)",
        title_en="Weather and air (simulator)",
        theme="ENVI",
        keys=(f"simulator/{city}/weather/", f"simulator/{city}/air/"),
        terms=WEATHER,
        consumers=others,
        purpose="",
        recorded=False,
    )


PROBE = Share(
    slug="guetersloh-parken-probe",
    title_de="Ein Parkhaus zur Probe, für eine Minute (Aufzeichnung aus Münster)",
    title_en="One car park on trial, for a minute (recording from Münster)",
    theme="TRAN",
    keys=("parking/ph-theater", "simulator/guetersloh/parking/rathaus"),
    terms=CAR_PARKS | {"valid_for": "PT60S"},
    consumers=("bad-salzuflen",),
    purpose="parking-guidance",
    recorded=False,
)
"""The dataset whose agreement expires while one watches."""

CITIES: tuple[City, ...] = (
    City(
        slug="bielefeld",
        name="Bielefeld",
        recordings=("bicycle/100020113", "bicycle/100031297", "bicycle/100034978"),
        shares=(
            _bicycles("bielefeld", ("100020113", "100031297", "100034978"), ("guetersloh", "herford", "detmold")),
            _gauges("bielefeld", ("herford", "detmold")),
            _weather("bielefeld"),
        ),
    ),
    City(
        slug="guetersloh",
        name="Gütersloh",
        recordings=("parking",),
        shares=(
            Share(
                slug="guetersloh-parkhaeuser",
                title_de="Freie Plätze in Parkhäusern (Aufzeichnung aus Münster)",
                title_en="Free spaces in car parks (recording from Münster)",
                theme="TRAN",
                keys=("parking/",),
                terms=CAR_PARKS,
                consumers=("bielefeld", "herford"),
                purpose="traffic-planning",
            ),
            PROBE,
            _weather("guetersloh"),
        ),
    ),
    City(
        slug="herford",
        name="Herford",
        recordings=("lake",),
        shares=(
            Share(
                slug="herford-gewaesserguete",
                title_de="Gewässergüte (Aufzeichnung aus Münster)",
                title_en="Water quality (recording from Münster)",
                theme="ENVI",
                keys=("lake/",),
                terms=WATER,
                consumers=("bielefeld", "guetersloh", "detmold", "bad-salzuflen"),
                purpose="",
            ),
            _gauges("herford", ("bielefeld", "bad-salzuflen")),
            _weather("herford"),
        ),
    ),
    City(
        slug="detmold",
        name="Detmold",
        recordings=("bicycle/100053305", "bicycle/300037405", "bicycle/300037926"),
        shares=(
            _bicycles(
                "detmold", ("100053305", "300037405", "300037926"), ("bielefeld", "bad-salzuflen"), standing=False
            ),
            _weather("detmold"),
        ),
    ),
    City(
        slug="bad-salzuflen",
        name="Bad Salzuflen",
        recordings=("bicycle/300038855", "bicycle/300039331"),
        shares=(
            _bicycles("bad-salzuflen", ("300038855", "300039331"), ("herford", "detmold")),
            Share(
                slug="bad-salzuflen-bodenfeuchte",
                title_de="Bodenfeuchte (Simulator)",
                title_en="Soil moisture (simulator)",
                theme="ENVI",
                keys=("simulator/bad-salzuflen/soil-moisture/",),
                terms=SOIL,
                consumers=("herford", "detmold", "guetersloh"),
                purpose="",
                recorded=False,
            ),
            _weather("bad-salzuflen"),
        ),
    ),
)
EXHIBITS = (
    ("weather/1/air-temperature", "Wie warm die Luft ist.", "How warm the air is."),
    ("weather/1/relative-humidity", "Wie feucht die Luft ist; hauchen Sie den Sensor an.", "How moist the air is."),
    ("weather/1/wind-speed", "Wie schnell der Wind weht; pusten Sie.", "How fast the wind blows; try and blow."),
    ("air/1/pm25", "Wie viel feiner Staub in der Luft schwebt.", "How much fine dust is in the air."),
)
"""Simulated sensors that every city shows to be touched: the end of the key, and one sentence each."""
WITHDRAWN = ("bielefeld", "detmold", "bielefeld-radverkehr")
"""Owner, consumer and dataset of the agreement that ``--once`` withdraws; without recordings the one below."""
WITHDRAWN_SIMULATED = ("bielefeld", "detmold", "bielefeld-pegel")


def city(slug: str) -> City:
    """The city with this slug. Raises KeyError."""
    return {entry.slug: entry for entry in CITIES}[slug]


def shares(slug: str, *, recorded: bool) -> tuple[Share, ...]:
    """What a city shares; without recordings only what the simulator carries."""
    return tuple(share for share in city(slug).shares if recorded or not share.recorded)
