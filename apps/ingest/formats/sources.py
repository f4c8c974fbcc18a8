"""Where the recordings come from, word for word as their licences want it; shown wherever the readings are shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

LABEL = "Aufzeichnung aus Münster"
LICENCE = "Datenlizenz Deutschland – Namensnennung – Version 2.0"
LICENCE_URI = "https://www.govdata.de/dl-de/by-2-0"

ATTRIBUTIONS: Mapping[str, str] = {
    "bicycle": "Stadt Münster, Amt für Mobilität und Tiefbau",
    "parking": "Parkhausbelegung Stadt Münster (dl-de/by-2-0), historisiert von Code For Münster",
    "lake": "Stadt Münster",
}


def provenance(kind: str) -> dict[str, Any]:
    """Properties that keep a recording from passing as a measurement of the city that shows it."""
    return {
        "source": "recording",
        "label": LABEL,
        "recorded_in": "Münster",
        "stand_in": True,
        "attribution": ATTRIBUTIONS[kind],
        "licence": LICENCE,
        "licence_uri": LICENCE_URI,
    }
