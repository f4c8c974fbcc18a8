"""Which entity a path names, for writing it or hanging others on it."""

from __future__ import annotations

from apps.core.errors import NotFound
from apps.holdings.types import Access
from apps.sensors import selectors as sensors
from apps.sensorthings import database
from apps.sensorthings.paths import Path
from apps.sensorthings.reading import options, resolving, single
from apps.sensorthings.reading.landing import root
from apps.sensorthings.sight import sight
from apps.sensorthings.writing.values import NOUNS


def entity_id(path: Path) -> int:
    """The id of the entity at the end of a path. Raises NotFound for a wrong chain.

    Whatever lies on the way is followed, seen by the writer or not: what may be written is asked afterwards.
    """
    if len(path.steps) == 1 and path.last.id is not None:
        return path.last.id
    seen = sight(Access(everything=True))
    with database.reading():
        base = resolving.base_of(path, seen)
        found = single.document(path.last.entity, base, options.Options(), seen, root())
    if found is None:
        raise NotFound("There is no such entity.", part=path.text)
    return int(found["@iot.id"])


def parent_id(path: Path) -> int:
    """The id of the entity before the last step of a path. Raises NotFound for a wrong chain, or one that ends."""
    parent = Path(path.text, path.steps[:-1])
    key = entity_id(parent)
    noun = NOUNS.get(parent.last.entity.name)
    if noun is not None and not sensors.exists(noun=noun, key=key):
        raise NotFound(f"There is no {parent.last.entity.name}({key}).", part=path.text)
    return key
