"""One level of an answer: the entities of one type that are wanted, read by one statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from apps.sensorthings.compiling import ordering
from apps.sensorthings.compiling.conditions import condition
from apps.sensorthings.compiling.ordering import Key
from apps.sensorthings.compiling.scope import Scope
from apps.sensorthings.entities import DATASTREAMS, FEATURES_OF_INTEREST, OBSERVATIONS, EntityType, Navigation
from apps.sensorthings.reading import features, scans
from apps.sensorthings.reading.columns import Columns, columns
from apps.sensorthings.reading.options import Options
from apps.sensorthings.sight import Sight
from apps.sensorthings.sql import fill, id_array, on

DEFAULT_PAGE = 100
LONGEST_PAGE = 1_000_000
ENDLESS = 1 << 40
LONGEST_EXPANDED = 1_000
"""Entities on a page whose relations are expanded."""
MOST_RELATED = 100_000
"""Related entities that one level of an expansion may bring."""

_BATCH = (
    "a0.id = $id AND a0.datastream_id = ANY"
    " ((SELECT b.datastream_ids FROM sensors_batch b WHERE b.id = $id >> 20)::int4[]) AND a0.phenomenon_time"
    " BETWEEN (SELECT b.first_time FROM sensors_batch b WHERE b.id = $id >> 20)"
    " AND (SELECT b.last_time FROM sensors_batch b WHERE b.id = $id >> 20)"
)
"""An id alone finds no observation quickly: its batch knows months and datastreams (``sensors.selectors``)."""


@dataclass(frozen=True, slots=True)
class Base:
    """Where a level begins: everything visible, what is related to ``key`` by ``navigation``, or the entity ``id``."""

    navigation: Navigation | None = None
    key: int | None = None
    id: int | None = None


@dataclass(slots=True)
class Level:
    """A compiled level. ``condition`` is its filter together with the place in the order where the page begins."""

    entity: EntityType
    options: Options
    sight: Sight
    scope: Scope
    order: list[Key]
    columns: Columns
    condition: str
    limit: int
    start: list[Any] | None = None
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def planned_once(self) -> bool:
        """Whether the best plan is always the same: it hangs on what is filtered, and nothing is."""
        return self.options.filter is None

    @property
    def params(self) -> dict[str, Any]:
        """Everything the statement of this level refers to."""
        return self.scope.all_params() | self.extra


def level(entity: EntityType, options: Options, sight: Sight, root: str) -> Level:
    """Compile a level. Raises BadQuery, TooCostly."""
    scope = Scope(sight, entity)
    order = ordering.keys(options.orderings, scope)
    wanted = columns(scope, options, order, root)
    conditions = [condition(options.filter, scope)] if options.filter is not None else []
    start = ordering.place_of(options.token, order) if options.token else None
    if start is not None:
        conditions.append(ordering.after(order, start, scope))
    return Level(
        entity,
        options,
        sight,
        scope,
        order,
        wanted,
        " AND ".join(conditions) or "true",
        limit=_limit(options),
        start=start,
    )


def _limit(options: Options) -> int:
    if options.expand:
        return min(DEFAULT_PAGE if options.top is None else options.top, LONGEST_EXPANDED)
    if options.format == "CSV":  # which has no place for a link to more
        return ENDLESS if options.top is None else options.top
    return min(DEFAULT_PAGE if options.top is None else options.top, LONGEST_PAGE)


def page(found: Level, base: Base, *, columns: str = "") -> tuple[str, dict[str, Any]]:
    """The statement for one page and one row beyond it, with its parameters; ``columns`` in place of its own."""
    if found.entity is OBSERVATIONS and base.id is None and walkable(base):
        wanted = _wanted(found, columns or found.columns.select("NULL"))
        walked = scans.streams(found.sight, None if base.key is None else [base.key])
        start = found.start[0] if found.start and found.order[0].sql == "a0.datastream_id" else None
        found.extra |= walked.params
        return scans.page(walked, wanted, start if isinstance(start, int) else None), found.params
    statement = fill(
        "SELECT $columns FROM $relation AS a0 WHERE $base AND $condition ORDER BY $order LIMIT $limit OFFSET $skip",
        columns=columns or found.columns.select("NULL"),
        relation=found.sight.relation(found.entity),
        base=based(found.scope, base),
        condition=found.condition,
        order=", ".join(key.ordering for key in found.order),
        limit=str(found.limit + 1),
        skip=str(0 if found.start else found.options.skip),
    )
    return statement, found.params


def walkable(base: Base) -> bool:
    """Whether the datastreams are known beforehand: all, or one."""
    return base.navigation is None or base.navigation is DATASTREAMS.navigations["Observations"]


def _wanted(found: Level, columns: str) -> scans.Wanted:
    skip = 0 if found.start else found.options.skip
    return scans.Wanted(columns, found.condition, found.order, found.limit + 1, skip)


def based(scope: Scope, base: Base) -> str:
    """The condition that a level begins with."""
    conditions = []
    if base.navigation is not None:
        conditions.append(_related(scope, base.navigation, scope.bind(base.key, "int8"), base.key))
    if base.id is not None:
        bound = scope.bind(base.id, "int8")
        conditions.append(fill(_BATCH, id=bound) if scope.entity is OBSERVATIONS else f"{scope.root}.id = {bound}")
    return " AND ".join(conditions) or "true"


def _related(scope: Scope, navigation: Navigation, bound: str, key: int | None) -> str:
    if navigation is FEATURES_OF_INTEREST.navigations["Observations"]:
        return features.about(scope.root, bound, key)
    return f"{on(navigation.far, scope.root)} = {bound}"


def _is_latest(found: Level, walked: scans.Streams) -> bool:
    """Whether just the last observation is wanted, and all are seen."""
    wanted = found.options
    by_time = found.order[0].sql == "a0.phenomenon_time" and found.order[0].descending
    unlimited = not walked.windowed and wanted.filter is None
    return by_time and unlimited and (found.limit, wanted.skip) == (1, 0)


def groups(found: Level, navigation: Navigation, keys: list[int]) -> tuple[str, dict[str, Any]]:
    """The statement for what is related to each of these keys: rows that begin with the key they belong to."""
    most = MOST_RELATED + 1
    if navigation is DATASTREAMS.navigations["Observations"]:
        walked = scans.streams(found.sight, keys)
        found.extra |= walked.params
        if _is_latest(found, walked):
            found.columns.stored = found.columns.place("s.observation_count")
            return scans.latest(walked, found.columns.select("l.id")), found.params
        return scans.groups(walked, _wanted(found, found.columns.select("l.id")), most), found.params
    found.extra["near"] = id_array(keys)
    if not navigation.many:
        statement = fill(
            "SELECT $columns FROM $relation AS a0 WHERE $far = ANY(%(near)s::int8[]) LIMIT $most",
            columns=found.columns.select(on(navigation.far, "a0")),
            relation=found.sight.relation(found.entity),
            far=on(navigation.far, "a0"),
            most=str(most),
        )
        return statement, found.params
    statement = fill(
        "SELECT $columns FROM unnest(%(near)s::int8[]) AS n (near) CROSS JOIN LATERAL (SELECT a0.* FROM $relation AS a0"
        " WHERE $related AND $condition ORDER BY $order LIMIT $limit OFFSET $skip) AS a0 LIMIT $most",
        columns=found.columns.select("n.near"),
        relation=found.sight.relation(found.entity),
        related=_related(found.scope, navigation, "n.near", None),
        condition=found.condition,
        order=", ".join(key.ordering for key in found.order),
        limit=str(found.limit + 1),
        skip=str(found.options.skip),
        most=str(most),
    )
    return statement, found.params
