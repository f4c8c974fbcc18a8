"""Purposes that many cities know, in words. A purpose is a free word: what stands nowhere here is read as it is."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

WORDS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "flood-protection": ("Hochwasserschutz", "flood protection"),
        "disaster-control": ("Katastrophenschutz", "disaster control"),
        "traffic-planning": ("Verkehrsplanung", "traffic planning"),
        "environmental-monitoring": ("Umweltbeobachtung", "environmental monitoring"),
        "climate-adaptation": ("Klimaanpassung", "climate adaptation"),
        "public-information": ("Information der Öffentlichkeit", "public information"),
        "statistics": ("Statistik", "statistics"),
        "planning": ("Planung", "planning"),
        "research": ("Forschung", "research"),
        "parking-guidance": ("Parkleitsystem", "parking guidance"),
        "testing": ("Erprobung", "testing"),
        "demo": ("Vorführung", "demonstration"),
    }
)


def words(purpose: str, language: str) -> str:
    """The purpose in German (``de``) or English (``en``); a free word with spaces for its hyphens."""
    known = WORDS.get(purpose)
    if known is None:
        return purpose.replace("-", " ")
    return known[1] if language == "en" else known[0]
