"""Where a stand-in is shown: a fixed point inside the city, made from its key. It is nobody's real position."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping

#: Town halls of the five cities, WGS 84 (longitude, latitude); other cities may be placed by the caller.
CENTRES: Mapping[str, tuple[float, float]] = {
    "bielefeld": (8.5325, 52.0211),
    "guetersloh": (8.3786, 51.9069),
    "herford": (8.6715, 52.1146),
    "detmold": (8.8785, 51.9363),
    "bad-salzuflen": (8.7474, 52.0871),
}
NAMES: Mapping[str, str] = {
    "bielefeld": "Bielefeld",
    "guetersloh": "Gütersloh",
    "herford": "Herford",
    "detmold": "Detmold",
    "bad-salzuflen": "Bad Salzuflen",
}
RADIUS_M = 1_800.0
METRES_PER_DEGREE = 111_320.0


def known(city: str) -> bool:
    """Is there a centre for this city?"""
    return city in CENTRES


def stand_in(*, city: str, key: str) -> tuple[float, float]:
    """Longitude and latitude (WGS 84) within 1.8 km of the city's centre, the same for the same key, to five decimals.

    A city without a known centre falls back to the middle of Ostwestfalen-Lippe (Bielefeld).
    """
    longitude, latitude = CENTRES.get(city, CENTRES["bielefeld"])
    digest = hashlib.sha256(f"{city}/{key}".encode()).digest()
    angle = 2 * math.pi * int.from_bytes(digest[:4], "big") / 2**32
    distance = RADIUS_M * math.sqrt(int.from_bytes(digest[4:8], "big") / 2**32)
    north = distance * math.cos(angle) / METRES_PER_DEGREE
    east = distance * math.sin(angle) / (METRES_PER_DEGREE * math.cos(math.radians(latitude)))
    return round(longitude + east, 5), round(latitude + north, 5)
