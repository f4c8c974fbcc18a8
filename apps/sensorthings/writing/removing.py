"""DELETE of one entity, with what cannot be without it (OGC 18-088, section 10.4)."""

from __future__ import annotations

from django.db import transaction

from apps.core.errors import Conflict
from apps.sensors import services
from apps.sensorthings.entities import FEATURE_OFFSET, FEATURES_OF_INTEREST, OBSERVATIONS, EntityType
from apps.sensorthings.writing import values
from apps.sensorthings.writing.reach import bearing
from apps.sensorthings.writing.rights import Writer

REASON = "deleted over SensorThings"


@transaction.atomic
def remove(entity: EntityType, key: int, writer: Writer) -> None:
    """Delete the entity. Raises NotFound, NotPermitted, and Conflict where it is in use beyond this API."""
    writer.require_things(bearing(entity, key))
    if entity is OBSERVATIONS:
        services.delete_observation(observation_id=key, reason=REASON)
        return
    if entity is FEATURES_OF_INTEREST and key >= FEATURE_OFFSET:
        raise Conflict(
            f"This feature is Locations({key - FEATURE_OFFSET}), where a thing stands or stood: delete that.", part="id"
        )
    services.delete_entity(noun=values.NOUNS[entity.name], key=key, reason=REASON)
