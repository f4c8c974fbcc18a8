"""PATCH, PUT and JSON Patch of one entity (OGC 18-088, section 10.3; RFC 6902)."""

from __future__ import annotations

from typing import Any

import jsonpatch
import jsonpointer
from django.db import transaction

from apps.core.errors import Conflict, Invalid
from apps.sensors import selectors as sensors
from apps.sensors import services
from apps.sensors.services import ObservationChange
from apps.sensorthings.entities import (
    FEATURE_OFFSET,
    FEATURES_OF_INTEREST,
    OBSERVATIONS,
    EntityType,
    Navigation,
    target_of,
)
from apps.sensorthings.writing import bodies, drafts, values
from apps.sensorthings.writing.creating import SOURCE, feature, inverse
from apps.sensorthings.writing.reach import Reach, bearing
from apps.sensorthings.writing.rights import things_of

_TEST_FAILED = (jsonpatch.JsonPatchTestFailed, jsonpatch.JsonPatchConflict)
_MALFORMED = (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError, KeyError, ValueError)


@transaction.atomic
def merge(entity: EntityType, key: int, body: dict[str, Any], reach: Reach) -> int:
    """Change the properties and links given; returns the id the entity has now (an observation gets a new one).

    Raises Invalid for an inline entity and for a link to what is not reached, NotFound, NotPermitted, Conflict.
    """
    properties, links = drafts.flat(entity, body)
    return _change(entity, key, properties, links, reach)


@transaction.atomic
def replace(entity: EntityType, key: int, body: dict[str, Any], reach: Reach) -> int:
    """Set all properties: those not given are as if they had never been set. Links that are not given stay.

    What the server keeps is ignored, an ``@iot.id`` included. Raises like ``merge``, and Invalid for a mandatory
    property that is missing.
    """
    properties, links = drafts.flat(entity, body)
    full = values.complete(entity, properties)
    if entity is OBSERVATIONS:
        gone = ("resultTime", "resultQuality", "validTime", "parameters")
        full = {name: None for name in gone} | full
    return _change(entity, key, full, links, reach)


@transaction.atomic
def patch(entity: EntityType, key: int, operations: Any, reach: Reach) -> int:
    """Carry out a JSON Patch on the properties that a client may set. Raises like ``merge``, and Conflict for a test
    that fails."""
    _require(entity, key, reach)
    before = values.shown(entity, _row(entity, key))
    try:
        after = jsonpatch.apply_patch(before, bodies.as_list(operations, part="body"))
    except _TEST_FAILED as problem:
        raise Conflict(f"The patch does not fit what is there: {problem}", part="body") from problem
    except (*_MALFORMED, IndexError, AttributeError, RecursionError) as problem:
        raise Invalid(f"This is no JSON Patch that can be carried out: {problem}", part="body") from problem
    properties, links = drafts.flat(entity, bodies.as_object(after, part="body"))
    changed = {name: value for name, value in properties.items() if name not in before or before[name] != value}
    removed = {name: None for name in before if name not in properties and before[name] is not None}
    values.complete(entity, before | properties | removed)
    return _change(entity, key, changed | removed, links, reach)


def _change(entity: EntityType, key: int, properties: dict[str, Any], links: dict[str, int], reach: Reach) -> int:
    _require(entity, key, reach)
    if entity is OBSERVATIONS:
        return _change_observation(key, properties, links, reach)
    columns = values.columns(entity, properties)
    for name, target in links.items():
        navigation = entity.navigations[name]
        reach.require_link(target_of(navigation), target, part=name)
        columns[f"{navigation.field}_id"] = target
        if navigation.target == "Things":
            reach.writer.require_things({target})
    services.update_entity(noun=values.NOUNS[entity.name], key=key, values=columns)
    return key


def _change_observation(key: int, properties: dict[str, Any], links: dict[str, int], reach: Reach) -> int:
    columns, extra = values.observation(properties)
    for name, target in links.items():
        if name == "FeatureOfInterest":
            reach.require_link(FEATURES_OF_INTEREST, target, part=name)
            columns["feature"] = values.small_id(feature(target), part=name)
        else:
            columns["datastream"] = values.small_id(target, part=name)
            reach.writer.require_things(things_of([target]))
    return services.change_observation(
        observation_id=key, change=ObservationChange(columns=columns, extra=extra), source=SOURCE
    )


def _require(entity: EntityType, key: int, reach: Reach) -> None:
    """Raises NotPermitted unless all things it bears on may be written, Conflict for a place seen as feature."""
    reach.writer.require_things(bearing(entity, key))
    if entity is FEATURES_OF_INTEREST and key >= FEATURE_OFFSET:
        raise Conflict(
            f"This feature is Locations({key - FEATURE_OFFSET}), where a thing stands: change that.", part="id"
        )


def _row(entity: EntityType, key: int) -> Any:
    if entity is OBSERVATIONS:
        return sensors.current_observation(key)
    return sensors.entity(noun=values.NOUNS[entity.name], key=key)


@transaction.atomic
def relate(entity: EntityType, key: int, navigation: Navigation | None, target: int, reach: Reach) -> None:
    """Relate the entity with another that is there, from whichever side keeps the relation. Raises like ``merge``."""
    if navigation is None:
        raise Invalid("A relation has two sides.", part="$ref")
    if navigation.field:
        _change(entity, key, {}, {navigation.name: target}, reach)
        return
    reach.writer.require_things(bearing(entity, key))
    back = inverse(entity, navigation)
    reach.require_link(target_of(navigation), target, part="body")
    _change(target_of(navigation), target, {}, {back.name: key}, reach)
