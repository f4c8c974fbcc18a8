"""What a writer reaches: an entity that is there already is named – in a path or as a link – only by who may know it.

Whatever hangs on a thing is seen with it. So a link to an entity that the writer does not see would show it to them;
and an answer that told a hidden entity from a missing one would tell which ids there are. Reached is what the writer
sees whole, and what hangs on no thing by whoever may write that (``rights``). Everything else is not there, in the same
words. What is seen only coarsely is there, but is hung on nothing: it would be exact once it is public no more.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from apps.core.errors import Invalid, NotFound, NotPermitted
from apps.holdings.types import Access
from apps.sensors import selectors as sensors
from apps.sensorthings import database
from apps.sensorthings.entities import FEATURE_OFFSET, FEATURES_OF_INTEREST, LOCATIONS, OBSERVATIONS, EntityType
from apps.sensorthings.sight import Sight, sight
from apps.sensorthings.sql import fill, id_array
from apps.sensorthings.writing.rights import Writer
from apps.sensorthings.writing.values import NOUNS

_MASKS = {LOCATIONS.name: "locations", FEATURES_OF_INTEREST.name: "features"}


def bearing(entity: EntityType, key: int) -> frozenset[int]:
    """The things that an entity bears on; empty where it is in no use or not there."""
    if entity is OBSERVATIONS:
        stream = sensors.stream_of_observation(observation_id=key)
        found = sensors.things_of_streams(datastream_ids=[] if stream is None else [stream])
        return frozenset(found.values())
    if entity is FEATURES_OF_INTEREST and key >= FEATURE_OFFSET:
        return bearing(LOCATIONS, key - FEATURE_OFFSET)
    return sensors.things_of(noun=NOUNS[entity.name], key=key)


@dataclass(slots=True)
class Reach:
    """What one writer reaches during one request; asked once for each entity."""

    writer: Writer
    _sight: Sight | None = None
    _known: dict[tuple[str, int], bool] = field(default_factory=dict)

    @property
    def sight(self) -> Sight:
        """What the writer sees."""
        if self._sight is None:
            everything = self.writer.everything
            self._sight = sight(Access(everything=True) if everything else self.writer.principal.access())
        return self._sight

    def require(self, entity: EntityType, key: int, *, part: str) -> None:
        """Raises NotFound for an entity named in a path that is not reached, be it there or not."""
        if key not in self.among(entity, [key]):
            raise NotFound(f"There is no {entity.name}({key}).", part=part)

    def require_link(self, entity: EntityType, key: int, *, part: str) -> None:
        """Raises Invalid for a link in a body to what is not reached, NotPermitted for what is seen only coarsely."""
        if key not in self.among(entity, [key]):
            raise Invalid(f"There is no {entity.name}({key}).", part=part)
        if self._is_coarse(entity, key):
            raise NotPermitted(f"{entity.name}({key}) is shown only coarsely; nothing can be linked to it.", part=part)

    def among(self, entity: EntityType, keys: Collection[int]) -> set[int]:
        """Those of these entities that are reached; at most two statements, however many they are."""
        unknown = {key for key in keys if (entity.name, key) not in self._known}
        if unknown:
            found = self._found(entity, unknown)
            self._known |= {(entity.name, key): key in found for key in unknown}
        return {key for key in keys if self._known[entity.name, key]}

    def _found(self, entity: EntityType, keys: set[int]) -> set[int]:
        if entity is FEATURES_OF_INTEREST:
            places = {key - FEATURE_OFFSET for key in keys if key >= FEATURE_OFFSET}
            given = {key for key in keys if key < FEATURE_OFFSET}
            return {key + FEATURE_OFFSET for key in self._rows(LOCATIONS, places)} | self._rows(entity, given)
        return self._rows(entity, keys)

    def _rows(self, entity: EntityType, keys: set[int]) -> set[int]:
        if not keys:
            return set()
        statement = fill(
            "SELECT a0.id FROM $relation AS a0 WHERE a0.id = ANY(%(keys)s::int8[])",
            relation=self.sight.relation(entity),
        )
        seen = {key for (key,) in database.rows(statement, self.sight.params | {"keys": id_array(keys)})}
        left = keys - seen
        if self.writer.new and left:
            seen |= sensors.unused(noun=NOUNS[entity.name], keys=left)
        return seen

    def _is_coarse(self, entity: EntityType, key: int) -> bool:
        if entity is FEATURES_OF_INTEREST and key >= FEATURE_OFFSET:
            return self._is_coarse(LOCATIONS, key - FEATURE_OFFSET)
        return key in self.sight.masks.coarse.get(_MASKS.get(entity.name, ""), {})
