"""Which entity a path names, for writing it or hanging others on it."""

from __future__ import annotations

from apps.core.errors import NotFound
from apps.sensors import selectors as sensors
from apps.sensorthings.paths import Path
from apps.sensorthings.principals import Principal
from apps.sensorthings.writing.values import NOUNS


def entity_id(path: Path, principal: Principal) -> int:
    """The id of the entity at the end of a path. Raises NotFound for a wrong chain."""
    key = path.last.id
    if key is None or len(path.steps) > 1:
        raise NotFound("There is no such entity.", part=path.text)
    return key


def parent_id(path: Path, principal: Principal) -> int:
    """The id of the entity before the last step of a path. Raises NotFound for a wrong chain."""
    parent = Path(path.text, path.steps[:-1])
    key = entity_id(parent, principal)
    noun = NOUNS.get(parent.last.entity.name)
    if noun is None or not sensors.exists(noun=noun, key=key):
        raise NotFound(f"There is no {parent.last.entity.name}({key}).", part=path.text)
    return key
