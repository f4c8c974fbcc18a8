"""Which entity a path names, for writing it or hanging others on it."""

from __future__ import annotations

from apps.core.errors import NotFound
from apps.sensorthings import database
from apps.sensorthings.entities import OBSERVATIONS
from apps.sensorthings.paths import Path
from apps.sensorthings.reading import options, resolving, single
from apps.sensorthings.reading.landing import root
from apps.sensorthings.writing.reach import Reach


def entity_id(path: Path, reach: Reach) -> int:
    """The id of the entity at the end of a path. Raises NotFound for a wrong chain, and for what is not reached on it.

    Whether it may be written is asked afterwards.
    """
    if len(path.steps) == 1 and path.last.id is not None and path.last.entity is not OBSERVATIONS:
        reach.require(path.last.entity, path.last.id, part=path.text)
        return path.last.id
    with database.reading():
        base = resolving.base_of(path, reach.sight)
        found = single.document(path.last.entity, base, options.Options(), reach.sight, root())
    if found is None:
        raise NotFound("There is no such entity.", part=path.text)
    return int(found["@iot.id"])


def parent_id(path: Path, reach: Reach) -> int:
    """The id of the entity before the last step of a path. Raises NotFound like ``entity_id``."""
    return entity_id(Path(path.text, path.steps[:-1]), reach)
