"""What one principal sees, as relations: every statement of this edge reads these and never a table itself.

Whatever the terms withhold is gone here already – rows, hidden counts, exact places – so that no filter, ordering or
expansion can ask for it. The visible datastreams decide; everything else is seen where it hangs on one of them. A
thing, with where it stands and stood, is also seen by whoever may write it: what one has just made can be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.holdings.types import Access, Limits
from apps.sensorthings import masks
from apps.sensorthings.entities import (
    DATASTREAMS,
    FEATURE_OFFSET,
    FEATURES_OF_INTEREST,
    HISTORICAL_LOCATIONS,
    LOCATIONS,
    OBSERVATIONS,
    OBSERVED_PROPERTIES,
    SENSORS,
    THINGS,
    EntityType,
)
from apps.sensorthings.sql import fill, id_array, select

LONGEST_SPAN_S = 86_400
"""The end of an interval counts a day after its start at the latest, as in the feed (``holdings.types.Limits``)."""

WINDOW = fill(
    "o.phenomenon_time >= l.start AND o.phenomenon_time < l.until"
    " AND o.phenomenon_time + least(o.span, $longest) * interval '1 second' < l.until",
    longest=str(LONGEST_SPAN_S),
)
"""Condition: row ``o`` lies inside the limits ``l`` of its datastream."""
_HIDDEN = "l.below > 0 AND o.result > 0 AND o.result < l.below"
ROW = {
    name: f"o.{name}"
    for name in ("datastream_id", "span", "phenomenon_time", "id", "result", "result_time", "feature_id", "extra")
}
"""An observation as it is stored."""
MASKED_ROW = ROW | {
    "result": f"CASE WHEN {_HIDDEN} THEN NULL ELSE o.result END",
    "extra": f"""CASE WHEN {_HIDDEN} THEN '{{"suppressed": true}}'::jsonb ELSE o.extra END""",
}
"""An observation ``o`` under limits ``l``: a count that is too small to tell is withheld, and marked."""
_NONE = Limits()


@dataclass(slots=True)
class Sight:
    """Relations of one principal at one moment. ``params`` belong to every statement that uses them."""

    access: Access
    limits: dict[int, Limits] = field(default_factory=dict)
    masks: masks.Masks = field(default_factory=masks.Masks)
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def everything(self) -> bool:
        """Whether nothing is withheld."""
        return self.access.everything

    @property
    def is_windowed(self) -> bool:
        """Whether some visible datastream shows only part of its rows or values."""
        return bool(self.limits)

    def relation(self, entity: EntityType) -> str:
        """The visible rows of an entity type, in parentheses, with the columns that ``entities`` names."""
        return _RELATIONS[entity.name](self)

    def visible(self, column: str) -> str:
        """Condition: this datastream id is visible."""
        return "true" if self.everything else f"{column} = ANY(%(seen)s::int4[])"

    def hangs(self, column: str, owner: str = "x.id") -> str:
        """Condition: some visible datastream refers to this row by ``column``; a thing may also be known by itself."""
        if self.everything:
            return "true"
        hangs = fill(
            "EXISTS (SELECT FROM sensors_datastream v WHERE v.$column = $owner AND $visible)",
            column=column,
            owner=owner,
            visible=self.visible("v.id"),
        )
        if column != "thing_id" or not self.access.things:
            return hangs
        return f"({hangs} OR {owner} = ANY(%(seen_things)s::int8[]))"

    def limits_of(self, ids: list[int]) -> dict[str, Any]:
        """Arrays ``ids, start, until, below`` for these datastreams, for ``unnest``."""
        found = [self.limits.get(pk, _NONE) for pk in ids]
        return {
            "ids": id_array(ids),
            "start": ["-infinity" if one.start is None else one.start.isoformat() for one in found],
            "until": ["infinity" if one.until is None else one.until.isoformat() for one in found],
            "below": [one.suppress_below or 0 for one in found],
        }


def sight(access: Access) -> Sight:
    """The relations for what a principal may read; at most two statements, none where no terms limit anything."""
    if access.everything:
        return Sight(access)
    counted = masks.counted([pk for pk, one in access.limited.items() if one.suppress_below])
    limits = {pk: kept for pk, one in access.limited.items() if (kept := _kept(one, pk in counted)) != _NONE}
    grids = {pk: one.grid_m for pk, one in access.limited.items() if one.grid_m}
    found = Sight(access, limits=limits, masks=masks.masks(grids) if grids else masks.Masks())
    seen = sorted(access.datastream_ids)
    found.params = {"seen": id_array(seen), "seen_things": id_array(access.things), **found.masks.params}
    if limits:
        found.params |= {f"seen_{name}": values for name, values in found.limits_of(seen).items()}
    return found


def _kept(one: Limits, is_count: bool) -> Limits:
    """The limits that concern rows and values; only counts are suppressed, as in the feed."""
    return Limits(start=one.start, until=one.until, suppress_below=one.suppress_below if is_count else None)


_LIMITS = (
    "unnest(%(seen_ids)s::int4[], %(seen_start)s::text[]::timestamptz[], %(seen_until)s::text[]::timestamptz[],"
    " %(seen_below)s::int4[]) AS l (id, start, until, below)"
)


def _owned(properties: str) -> str:
    """The properties, for a replica with its owner."""
    return fill(
        "CASE WHEN x.origin = '' THEN $own ELSE $own || jsonb_build_object('owner', jsonb_build_object('did', x.origin,"
        " 'name', (SELECT p.name FROM peers_peer p WHERE p.did = x.origin))) END",
        own=properties,
    )


def _described(sight: Sight, kind: str, *, name: str | None = None) -> dict[str, str]:
    """The columns that all described entities share; ``name`` stands in for the name of a coarse one."""
    put = sight.masks.put
    return {
        "id": "x.id",
        "name": "x.name" if name is None else put(kind, "x.name", name),
        "description": put(kind, "x.description", "''"),
        "properties": put(kind, _owned("x.properties"), _owned("'{}'::jsonb")),
    }


def _things(sight: Sight) -> str:
    columns = _described(sight, "things") | {"location_id": "x.location_id"}
    return select(columns, "sensors_thing x", sight.hangs("thing_id"))


def _location_columns(sight: Sight, geometry: str) -> dict[str, str]:
    return _described(sight, "locations", name="'coarse place'") | {
        "encoding_type": "x.encoding_type",
        geometry: sight.masks.place("locations", "x.geometry"),
    }


def _locations(sight: Sight) -> str:
    stood = fill(
        "EXISTS (SELECT FROM sensors_thing vt WHERE $there AND $hangs)",
        there=_THERE,
        hangs=sight.hangs("thing_id", "vt.id"),
    )
    where = "true" if sight.everything else stood
    return select(_location_columns(sight, "geometry"), "sensors_location x", where)


_THERE = (
    "(vt.location_id = x.id OR EXISTS (SELECT FROM sensors_historicallocation vh"
    " WHERE vh.thing_id = vt.id AND vh.location_id = x.id))"
)
"""Condition: thing ``vt`` stands, or once stood, at location ``x``."""


def _historical_locations(sight: Sight) -> str:
    columns = {name: f"x.{name}" for name in ("id", "time", "thing_id", "location_id")}
    return select(columns, "sensors_historicallocation x", sight.hangs("thing_id", "x.thing_id"))


_PLAIN_COLUMNS = ("observation_type", "unit_name", "unit_symbol", "unit_definition")
_RELATED_COLUMNS = ("thing_id", "sensor_id", "observed_property_id")


def _datastreams(sight: Sight) -> str:
    first, last, inside = "s.first_time", "s.last_time", "true"
    source = "sensors_datastream x LEFT JOIN sensors_datastreamstate s ON s.datastream_id = x.id"
    if sight.is_windowed:
        source += f" LEFT JOIN {_LIMITS} ON l.id = x.id"
        first, last, inside = _clipped(first, "ASC"), _clipped(last, "DESC"), _INSIDE
    columns = _described(sight, "datastreams") | {
        **{name: f"x.{name}" for name in (*_PLAIN_COLUMNS, *_RELATED_COLUMNS)},
        "observed_area": sight.masks.place("datastreams", "x.observed_area"),
        "first_time": first,
        "last_time": last,
        "first_result_time": f"CASE WHEN {inside} THEN s.first_result_time END",
        "last_result_time": f"CASE WHEN {inside} THEN s.last_result_time END",
    }
    return select(columns, source, sight.visible("x.id"))


_INSIDE = f"s.first_time >= l.start AND s.last_time + interval '{LONGEST_SPAN_S} s' < l.until"
"""Condition: all that the counters of datastream ``s`` count lies inside its limits ``l``."""


def _clipped(column: str, direction: str) -> str:
    """The counters' time while it says nothing of what is withheld; else that of the first or last row that is seen."""
    return fill(
        "CASE WHEN $inside THEN $column ELSE"
        " (SELECT o.phenomenon_time FROM sensors_observation o WHERE o.datastream_id = x.id AND $window"
        " ORDER BY o.phenomenon_time $direction LIMIT 1) END",
        inside=_INSIDE,
        column=column,
        window=WINDOW,
        direction=direction,
    )


def _sensors(sight: Sight) -> str:
    columns = _described(sight, "") | {"encoding_type": "x.encoding_type", "metadata": "x.metadata"}
    return select(columns, "sensors_sensor x", sight.hangs("sensor_id"))


def _observed_properties(sight: Sight) -> str:
    columns = _described(sight, "") | {"definition": "x.definition"}
    return select(columns, "sensors_observedproperty x", sight.hangs("observed_property_id"))


def _observations(sight: Sight) -> str:
    if sight.is_windowed:
        return select(MASKED_ROW, f"{_LIMITS} JOIN sensors_observation o ON o.datastream_id = l.id", WINDOW)
    return select(ROW, "sensors_observation o", sight.visible("o.datastream_id"))


def _features_of_interest(sight: Sight) -> str:
    """Features that were given, and the places of things that have observations."""
    given = _described(sight, "features", name="'coarse place'") | {
        "id": "x.id::bigint",
        "encoding_type": "x.encoding_type",
        "feature": sight.masks.place("features", "x.feature"),
    }
    observed = fill("EXISTS (SELECT FROM $rows vo WHERE vo.feature_id = x.id)", rows=_observations(sight))
    used = fill(
        "EXISTS (SELECT FROM sensors_datastream v JOIN sensors_datastreamstate s ON s.datastream_id = v.id"
        " JOIN sensors_thing vt ON vt.id = v.thing_id WHERE s.observation_count > 0 AND $visible AND $there)",
        visible=sight.visible("v.id"),
        there=_THERE,
    )
    places = _location_columns(sight, "feature") | {"id": f"{FEATURE_OFFSET} + x.id"}
    rows = select(given, "sensors_featureofinterest x", "true" if sight.everything else observed)
    return f"({rows} UNION ALL {select(places, 'sensors_location x', used)})"


_RELATIONS: Mapping[str, Callable[[Sight], str]] = {
    THINGS.name: _things,
    LOCATIONS.name: _locations,
    HISTORICAL_LOCATIONS.name: _historical_locations,
    DATASTREAMS.name: _datastreams,
    SENSORS.name: _sensors,
    OBSERVED_PROPERTIES.name: _observed_properties,
    OBSERVATIONS.name: _observations,
    FEATURES_OF_INTEREST.name: _features_of_interest,
}
