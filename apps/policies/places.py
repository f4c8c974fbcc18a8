"""Coarse places: the centre of a fixed grid cell – the same answer every time, so that asking often reveals nothing."""

from __future__ import annotations

import math

METRES_PER_DEGREE = 111_320.0


def coarsen(longitude: float, latitude: float, metres: int) -> tuple[float, float]:
    """The centre (longitude, latitude, WGS 84, six decimals) of the cell of about ``metres`` × ``metres``.

    Rows are cut by latitude; within a row the width follows the row's centre, so that a place's cell depends on its
    position alone. Raises ValueError for places off the globe or a grid below 10 m.
    """
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90) or metres < 10:
        raise ValueError("longitude, latitude or grid is out of range")
    height = metres / METRES_PER_DEGREE
    centre = min(90.0, max(-90.0, (math.floor(latitude / height) + 0.5) * height))
    width = metres / (METRES_PER_DEGREE * max(math.cos(math.radians(centre)), 1e-6))
    if width >= 360:
        return 0.0, round(centre, 6)
    east = min(180.0, max(-180.0, (math.floor(longitude / width) + 0.5) * width))
    return round(east, 6), round(centre, 6)
