"""Car parks: ``Datum und Uhrzeit, <name>…``, free spaces every 5 minutes by day and 15 by night.

Until 2024 plain numbers; from 2025 quoted, with a second head row of capacities (``"(743)"``), with words in place of
numbers and with more columns. A word is kept as the reading's result and never turned into a number: ``bes`` (full)
also stands where a car park opens, between 335 and 349 free spaces. A car park that is new in a file is a new station.
A capacity that changes from file to file is
followed. In 2024 a closed car park reads 0, which nothing tells from full.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from apps.ingest.formats import sources, tables
from apps.ingest.formats.types import ANY_OBSERVATION, NUMBER, Column, Layout, Property, Station, Stream

KIND = "parking"
TIME_TITLE = "Datum und Uhrzeit"
CAPACITY_TITLE = "Anzahl Parkplätze gesamt"
CAPACITY = re.compile(r"\(?(\d{1,6})\)?", re.ASCII)
WORDS = {"ges": "closed", "bes": "full", "kei": "no data"}
LIMITS = (0.0, 100_000.0)
INTERVAL = 900
KINDS = {"PH": "Parkhaus", "PP": "Parkplatz", "TG": "Tiefgarage"}
PROPERTY = Property(
    "free-parking-spaces",
    "Freie Stellplätze",
    "http://www.wikidata.org/entity/Q6501349",
    "Zahl der freien Stellplätze; im Ergebnis auch die Wörter closed, full und no data",
)


def recognises(header: Sequence[str]) -> bool:
    """Is this the header of the car parks' file?"""
    return header[0] == TIME_TITLE and len(header) > 1


def layout(header: Sequence[str], *, capacities: Sequence[str] | None, day: str = "") -> Layout:
    """What the header says; ``capacities`` are the cells of the second head row where the file has one, and ``day`` is
    the date (ISO) from which they hold."""
    columns: list[Column] = []
    stations: list[Station] = []
    for index, title in enumerate(header[1:], start=1):
        key = f"parking/{_word(title)}"
        if not title or any(column.key == key for column in columns):
            columns.append(Column(index, title, key, problem="duplicate-column" if title else "unknown-column"))
            continue
        columns.append(Column(index, title, key, limits=LIMITS, words=WORDS))
        stations.append(_station(title, key, _capacity(capacities, index), day))
    head_cells = len(capacities) - 1 if capacities else 0
    return Layout(
        KIND,
        len(header),
        tuple(stations),
        tuple(columns),
        span=0,
        head_rows=2 if capacities else 1,
        head_cells=head_cells,
    )


def _word(title: str) -> str:
    return tables.slug(title) or hashlib.sha256(title.encode()).hexdigest()[:12]


def _capacity(capacities: Sequence[str] | None, index: int) -> int | None:
    match = CAPACITY.fullmatch(capacities[index].strip()) if capacities and index < len(capacities) else None
    return int(match[1]) if match else None


def _station(title: str, key: str, capacity: int | None, day: str) -> Station:
    known = {} if capacity is None else {"capacity": capacity, "capacity_as_of": day}
    what = KINDS.get(title.split(" ", maxsplit=1)[0], "Parkplatz")
    stream = Stream(
        key=f"{key}",
        name=f"{title} – freie Stellplätze",
        observed=PROPERTY,
        unit=NUMBER,
        kind="measure",
        observation_type=ANY_OBSERVATION,
        interval_s=INTERVAL,
        properties=known,
    )
    return Station(
        key=key,
        name=title,
        description=f"{sources.LABEL}: {what} mit Anzeige der freien Stellplätze.",
        sensor_name=f"Parkleitsystem, {title}",
        streams=(stream,),
        properties=sources.provenance(KIND) | known,
    )
