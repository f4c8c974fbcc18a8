"""Following a path: each entity on the way must be there, visible, and related to the one before it."""

from __future__ import annotations

from apps.core.errors import NotFound
from apps.sensors import selectors as sensors
from apps.sensorthings import database
from apps.sensorthings.compiling.scope import Scope
from apps.sensorthings.entities import DATASTREAMS, OBSERVATIONS, Navigation
from apps.sensorthings.paths import Path, Step
from apps.sensorthings.reading.levels import Base, based
from apps.sensorthings.sight import Sight
from apps.sensorthings.sql import fill, on

_OWN_ID = "{a}.id"
"""How a navigation is written that hangs on the entity's own id."""


def base_of(path: Path, sight: Sight) -> Base:
    """Where the last step of a path begins; one statement for each step before it. Raises NotFound."""
    base = _begin(path.steps[0])
    for step, further in zip(path.steps, path.steps[1:], strict=False):
        if further.navigation is None:
            raise _missing(further)
        base = Base(further.navigation, _key(step, base, further.navigation, sight), further.id)
    return base


def _begin(step: Step) -> Base:
    """A corrected observation has a new id; whoever holds the old one finds it as it is now."""
    if step.entity is OBSERVATIONS and step.id is not None:
        return Base(id=sensors.current_id(step.id))
    return Base(id=step.id)


def _key(step: Step, base: Base, navigation: Navigation, sight: Sight) -> int:
    """The key by which this step's entity is related to what comes next; -1, which nothing has, where there is none.

    Which datastreams there are for the principal is known already: most pages begin at one, and need not ask again.
    """
    first = base.navigation is None and base.id is not None
    if first and step.entity is DATASTREAMS and navigation.near == _OWN_ID and not sight.everything:
        if base.id not in sight.access.datastream_ids:
            raise _missing(step)
        return int(base.id)
    scope = Scope(sight, step.entity)
    statement = fill(
        "SELECT $near FROM $relation AS a0 WHERE $base LIMIT 1",
        near=on(navigation.near, scope.root),
        relation=sight.relation(step.entity),
        base=based(scope, base),
    )
    rows = database.rows(statement, scope.all_params(), planned_once=True)
    if not rows:
        raise _missing(step)
    return -1 if rows[0][0] is None else int(rows[0][0])


def _missing(step: Step) -> NotFound:
    name = step.navigation.name if step.navigation is not None and not step.navigation.many else step.entity.name
    part = name if step.id is None else f"{name}({step.id})"
    return NotFound(f"There is no {part} here.", part=part)
