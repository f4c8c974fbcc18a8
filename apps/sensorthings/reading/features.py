"""Which observations are about a feature: those that name it, and those without one made where it stands."""

from __future__ import annotations

from apps.sensorthings.entities import FEATURE_OF_OBSERVATION, FEATURE_OFFSET
from apps.sensorthings.sql import fill, on


def about(alias: str, bound: str, key: int | None = None) -> str:
    """Condition: observation ``alias`` is about the feature ``bound``; with its ``key`` known, one way suffices."""
    named = f"{alias}.feature_id = {bound}"
    placed = fill(
        "$alias.feature_id IS NULL AND $alias.datastream_id IN (SELECT d.id FROM sensors_datastream d"
        " JOIN sensors_thing t ON t.id = d.thing_id WHERE t.location_id = $place OR EXISTS"
        " (SELECT FROM sensors_historicallocation h WHERE h.thing_id = t.id AND h.location_id = $place))"
        " AND $feature = $bound",
        alias=alias,
        place=f"({bound} - {FEATURE_OFFSET})",
        feature=on(FEATURE_OF_OBSERVATION, alias),
        bound=bound,
    )
    if key is None:
        return f"(({named}) OR ({placed}))"
    return f"({placed})" if key >= FEATURE_OFFSET else f"({named})"
