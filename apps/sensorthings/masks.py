"""Coarse places: what of things, locations, datastreams and features is replaced under a grid.

As in the feed, nothing goes along that could tell the place: no text, no properties, and the geometry is the centre of
its cell (``policies.places``). Where exact and coarse datastreams share a place, coarse wins.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import orjson

from apps.policies import places
from apps.sensorthings import database
from apps.sensorthings.sql import fill

KINDS = ("things", "locations", "datastreams", "features")


@dataclass(slots=True)
class Masks:
    """Per kind the ids that are coarse with their GeoJSON (None where there is none); empty: nothing is masked."""

    coarse: dict[str, dict[int, Any]] = field(default_factory=dict)

    @property
    def params(self) -> dict[str, Any]:
        """The parameters that the expressions below refer to."""
        return {f"coarse_{kind}": orjson.dumps(_keyed(found)).decode() for kind, found in self.coarse.items()}

    def put(self, kind: str, exact: str, coarse: str) -> str:
        """The first expression, or the second in its place for rows ``x`` of this kind that are coarse."""
        if not self.coarse.get(kind):
            return exact
        return f"CASE WHEN %(coarse_{kind})s::jsonb ? x.id::text THEN {coarse} ELSE {exact} END"

    def place(self, kind: str, exact: str) -> str:
        """The geometry of rows ``x``: exact, or that of the cell."""
        return self.put(kind, exact, f"nullif(%(coarse_{kind})s::jsonb -> x.id::text, 'null')")


def counted(ids: list[int]) -> set[int]:
    """Which of these datastreams count people or things."""
    if not ids:
        return set()
    rows = database.rows("SELECT id FROM sensors_datastream WHERE id = ANY(%(ids)s) AND kind = 'count'", {"ids": ids})
    return {pk for (pk,) in rows}


def masks(grids: dict[int, int]) -> Masks:
    """What is coarse when these datastreams lie on grids of so many metres; one statement."""
    coarse: dict[str, dict[int, Any]] = {kind: {} for kind in KINDS}
    given = {"ids": list(grids), "grids": list(grids.values())}
    for kind, pk, longitude, latitude, metres in database.rows(_PLACES, given):
        coarse[kind][pk] = _cell(longitude, latitude, metres)
    return Masks(coarse)


def _cell(longitude: float | None, latitude: float | None, metres: int) -> dict[str, Any] | None:
    if longitude is None or latitude is None:
        return None
    try:
        return {"type": "Point", "coordinates": list(places.coarsen(longitude, latitude, metres))}
    except ValueError:
        return None


def _keyed(found: dict[int, Any]) -> dict[str, Any]:
    return {str(key): value for key, value in found.items()}


_PLACES = fill(
    """
    WITH grid AS MATERIALIZED (
        SELECT g.metres, d.id, d.thing_id, t.location_id
        FROM unnest(%(ids)s::int4[], %(grids)s::int4[]) AS g (id, metres)
        JOIN sensors_datastream d ON d.id = g.id JOIN sensors_thing t ON t.id = d.thing_id
    ), stood AS (
        SELECT location_id, metres FROM grid
        UNION SELECT h.location_id, grid.metres FROM grid JOIN sensors_historicallocation h USING (thing_id)
    )
    SELECT 'things', thing_id::bigint, NULL::float8, NULL::float8, max(metres) FROM grid GROUP BY 2
    UNION ALL
    SELECT 'locations', l.id, $point, max(metres) FROM stood JOIN sensors_location l ON l.id = location_id
    GROUP BY 2, 3, 4
    UNION ALL
    SELECT 'datastreams', grid.id, $point, max(metres) FROM grid LEFT JOIN sensors_location l ON l.id = location_id
    GROUP BY 2, 3, 4
    UNION ALL
    SELECT 'features', l.id, $point, max(metres) FROM grid CROSS JOIN LATERAL (
        SELECT DISTINCT o.feature_id FROM sensors_observation o
        WHERE o.datastream_id = grid.id AND o.feature_id IS NOT NULL
    ) u JOIN sensors_featureofinterest l ON l.id = u.feature_id GROUP BY 2, 3, 4
    """,
    point="l.longitude, l.latitude",
)
