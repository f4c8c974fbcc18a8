"""``$count=true``: from the counters where nothing is filtered, else by counting what is seen."""

from __future__ import annotations

from apps.sensorthings import database
from apps.sensorthings.compiling.conditions import condition
from apps.sensorthings.compiling.scope import Scope
from apps.sensorthings.entities import DATASTREAMS, OBSERVATIONS, Navigation
from apps.sensorthings.reading import scans
from apps.sensorthings.reading.levels import Base, Level, based, walkable
from apps.sensorthings.sight import LONGEST_SPAN_S, WINDOW
from apps.sensorthings.sql import fill, on

_COUNTED = fill(
    "CASE WHEN s.first_time >= l.start AND s.last_time + interval '$longest s' < l.until THEN s.observation_count ELSE"
    " (SELECT count(*) FROM sensors_observation o WHERE o.datastream_id = l.id AND $window) END",
    longest=str(LONGEST_SPAN_S),
    window=WINDOW,
)


def total(found: Level, base: Base) -> int:
    """How many entities there are, whatever the page."""
    scope = Scope(found.sight, found.entity)
    wanted = found.options.filter
    where = "true" if wanted is None else condition(wanted, scope)
    if found.entity is OBSERVATIONS and base.id is None and walkable(base):
        return _observations(found, scope, base, where, is_filtered=wanted is not None)
    statement = fill(
        "SELECT count(*) FROM $relation AS a0 WHERE $base AND $where",
        relation=found.sight.relation(found.entity),
        base=based(scope, base),
        where=where,
    )
    return int(database.rows(statement, scope.all_params())[0][0])


def _observations(found: Level, scope: Scope, base: Base, where: str, *, is_filtered: bool) -> int:
    walked = scans.streams(found.sight, None if base.key is None else [base.key])
    if is_filtered:
        template = "SELECT count(*) FROM $table CROSS JOIN LATERAL $rows AS a0 WHERE $where"
    else:
        template = (
            "SELECT coalesce(sum($counted), 0) FROM $table JOIN sensors_datastreamstate s ON s.datastream_id = l.id"
        )
    counted = _COUNTED if walked.windowed else "s.observation_count"
    statement = fill(template, table=walked.table, rows=scans.rows_of(walked), where=where, counted=counted)
    return int(database.rows(statement, scope.all_params() | walked.params)[0][0])


def by_group(found: Level, navigation: Navigation, keys: list[int]) -> dict[int, int]:
    """How many related entities each of these keys has, whatever the page; one statement."""
    scope = Scope(found.sight, found.entity)
    wanted = found.options.filter
    where = "true" if wanted is None else condition(wanted, scope)
    if navigation is DATASTREAMS.navigations["Observations"]:
        walked = scans.streams(found.sight, keys)
        counted = _COUNTED if walked.windowed else "s.observation_count"
        template = "SELECT l.id, $counted FROM $table JOIN sensors_datastreamstate s ON s.datastream_id = l.id"
        if wanted is not None:
            template = "SELECT l.id, count(*) FROM $table CROSS JOIN LATERAL $rows AS a0 WHERE $where GROUP BY 1"
        statement = fill(template, table=walked.table, rows=scans.rows_of(walked), where=where, counted=counted)
        return dict(database.rows(statement, scope.all_params() | walked.params))
    statement = fill(
        "SELECT $far, count(*) FROM $relation AS a0 WHERE $far = ANY(%(near)s::int8[]) AND $where GROUP BY 1",
        far=on(navigation.far, scope.root),
        relation=found.sight.relation(found.entity),
        where=where,
    )
    return dict(database.rows(statement, scope.all_params() | {"near": keys}))
