"""The lake (Aasee): ``Datum, Wassertemperatur, pH-Wert, Sauerstoffgehalt`` from LoRaWAN sensors every 15 minutes or so.

Gaps of 15 to 225 minutes are gaps, nothing is filled in. The pH value drifts in a way no lake does, and oxygen at times
exceeds what water can hold: such readings stay as they are and carry ``{"quality": {"flag": "suspect"}}``.
"""

from __future__ import annotations

from collections.abc import Sequence

from apps.ingest.formats import sources, tables
from apps.ingest.formats.types import MEASUREMENT, Column, Layout, Property, Station, Stream, Unit

KIND = "lake"
TIME_TITLE = "Datum"
STATION = "lake/aasee"
INTERVAL = 900
QUDT = "http://qudt.org/vocab/unit/"
#: title → (key, property, unit, possible, plausible). Plausible pH: OGewV annex 7 wants 7.0 to 8.5 in lakes; 9.0 is
#: reached by algae alone. Plausible oxygen: 20 mg/l is nearly twice the saturation of cold water.
QUANTITIES = {
    "Wassertemperatur": (
        Property(
            "water-temperature", "Wassertemperatur", "http://vocab.nerc.ac.uk/collection/P07/current/CFSN0334/", ""
        ),
        Unit("Grad Celsius", "°C", QUDT + "DEG_C"),
        (-5.0, 45.0),
        (-0.5, 35.0),
    ),
    "pH-Wert": (
        Property("water-ph", "pH-Wert des Wassers", "http://www.wikidata.org/entity/Q40936", ""),
        Unit("pH", "pH", QUDT + "PH"),
        (0.0, 14.0),
        (6.5, 9.0),
    ),
    "Sauerstoffgehalt": (
        Property("water-oxygen", "Gelöster Sauerstoff", "http://www.wikidata.org/entity/Q629", ""),
        Unit("Milligramm je Liter", "mg/l", QUDT + "MilliGM-PER-L"),
        (0.0, 60.0),
        (0.0, 20.0),
    ),
}


def recognises(header: Sequence[str]) -> bool:
    """Is this the header of the lake's file?"""
    return header[0] == TIME_TITLE and any(title in QUANTITIES for title in header[1:])


def layout(header: Sequence[str]) -> Layout:
    """What the header says; a column that is none of the three quantities is one we cannot map."""
    columns: list[Column] = []
    streams: list[Stream] = []
    for index, title in enumerate(header[1:], start=1):
        key = f"{STATION}/{tables.slug(title) or index}"
        if title not in QUANTITIES or any(column.key == key for column in columns):
            problem = "duplicate-column" if title in QUANTITIES else "unknown-column"
            columns.append(Column(index, title, key, problem=problem))
            continue
        observed, unit, limits, plausible = QUANTITIES[title]
        columns.append(Column(index, title, key, limits=limits, plausible=plausible))
        streams.append(Stream(key, f"Aasee – {observed.name}", observed, unit, "measure", MEASUREMENT, INTERVAL))
    station = Station(
        key=STATION,
        name="Aasee",
        description=f"{sources.LABEL}: Wassertemperatur, pH-Wert und Sauerstoff aus LoRaWAN-Sensoren im Aasee.",
        sensor_name="LoRaWAN-Messboje Aasee",
        streams=tuple(streams),
        properties=sources.provenance(KIND),
    )
    return Layout(KIND, len(header), (station,), tuple(columns), span=0)
