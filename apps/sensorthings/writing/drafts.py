"""A body of POST as a tree of entities to be made and links to those that are there (OGC 18-088, section 10.2.1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from apps.core.errors import Invalid
from apps.sensorthings.entities import EntityType, Navigation, target_of
from apps.sensorthings.paths import MAX_ID
from apps.sensorthings.writing.bodies import as_list, as_object

MAX_ENTITIES = 20_000
"""How many entities one deep insert may hold."""


@dataclass(slots=True)
class Draft:
    """An entity to be made: properties as they came, and per relation the ids and drafts it is to be linked to."""

    entity: EntityType
    part: str
    properties: dict[str, Any] = field(default_factory=dict)
    links: dict[str, list[int | Draft]] = field(default_factory=dict)


def read(entity: EntityType, body: Any) -> Draft:
    """The tree in a body; nothing is looked up yet. Raises Invalid naming the part that cannot be understood."""
    return _Reader().draft(entity, body, "")


def flat(entity: EntityType, body: dict[str, Any]) -> tuple[dict[str, Any], dict[str, int]]:
    """Properties, and links to single entities by id, of a body that may hold no inline entity (PATCH and PUT)."""
    draft = _Reader().draft(entity, body, "")
    links: dict[str, int] = {}
    for name, targets in draft.links.items():
        navigation = entity.navigations[name]
        if not navigation.field:
            raise Invalid("Related entities are not changed from this side; PATCH them.", part=name)
        if len(targets) != 1 or not isinstance(targets[0], int):
            raise Invalid("Here a related entity can only be linked, by {“@iot.id”: …}.", part=name)
        links[name] = targets[0]
    return draft.properties, links


def link_id(body: Any, *, part: str) -> int:
    """The id in ``{"@iot.id": 1}``. Raises Invalid where there is none."""
    key = as_object(body, part=part).get("@iot.id")
    if type(key) is not int or not 0 < key <= MAX_ID:
        raise Invalid("@iot.id must be a positive whole number.", part=part)
    return key


@dataclass(slots=True)
class _Reader:
    """Reads one body, counting what it holds."""

    count: int = 0

    def draft(self, entity: EntityType, body: Any, part: str) -> Draft:
        """The draft of one entity and of those inside it."""
        self.count += 1
        if self.count > MAX_ENTITIES:
            raise Invalid(f"One request makes at most {MAX_ENTITIES} entities.", part="body")
        found = Draft(entity, part)
        for name, value in as_object(body, part=part or "body").items():
            here = f"{part}/{name}".strip("/")[:200]
            if name in entity.navigations:
                found.links[name] = self._targets(entity.navigations[name], value, here)
            elif name in entity.properties and name != "id":
                found.properties[name] = value
            elif "@iot." not in name:
                raise Invalid(f"{entity.singular} has no property of this name.", part=here)
        return found

    def _targets(self, navigation: Navigation, value: Any, part: str) -> list[int | Draft]:
        if not navigation.many:
            return [self._target(navigation, value, part)]
        return [self._target(navigation, item, f"{part}/{n}") for n, item in enumerate(as_list(value, part=part))]

    def _target(self, navigation: Navigation, value: Any, part: str) -> int | Draft:
        body = as_object(value, part=part)
        if "@iot.id" in body and all("@iot." in name for name in body):
            return link_id(body, part=part)
        return self.draft(target_of(navigation), body, part)
