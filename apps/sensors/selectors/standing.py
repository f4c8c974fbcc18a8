"""On which things an entity bears: whoever writes them may write it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping

from django.db import connection
from django.db.models import Exists, Model, OuterRef, QuerySet

from apps.core.errors import NotFound
from apps.core.statements import fetch_rows
from apps.sensors.models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    Observation,
    ObservedProperty,
    Sensor,
    Thing,
)
from apps.sensors.selectors.observations import current_observation
from apps.sensors.types import Noun


def things_of(*, noun: Noun, key: int) -> frozenset[int]:
    """The things that one entity describes or belongs to; empty where it is unknown or in no use.

    A feature of interest belongs to those of which an observation names it.
    """
    return frozenset(_QUESTIONS[noun](key))


def unused(*, noun: Noun, keys: Collection[int]) -> set[int]:
    """Which of these are this city's own and bear on no thing; things, datastreams and histories always do."""
    if noun not in _USES:
        return set()
    uses = (user._default_manager.filter(**{field: OuterRef("pk")}) for user, field in _USES[noun])
    rows = _TABLES[noun]._default_manager.filter(*(~Exists(use) for use in uses), pk__in=keys, origin="")
    return set(rows.values_list("pk", flat=True))


def things_of_streams(*, datastream_ids: Iterable[int]) -> dict[int, int]:
    """The thing of each own datastream; replicas and unknown ones are missing from the answer."""
    return dict(fetch_rows(_THINGS, [list(datastream_ids)], planned_once=True))


_THINGS = "SELECT id, thing_id FROM sensors_datastream WHERE id = ANY (%s::bigint[]) AND origin = ''"


def entity(*, noun: Noun, key: int) -> Model:
    """One entity, as a model to read from. Raises NotFound."""
    found = _TABLES[noun]._default_manager.filter(pk=key).first()
    if found is None:
        raise NotFound(f"There is no {noun} {key}.", part="id")
    return found


def stream_of_observation(*, observation_id: int) -> int | None:
    """The datastream of an observation by its present or a former id; None for an unknown one."""
    try:
        return current_observation(observation_id).datastream_id
    except NotFound:
        return None


def _thing(key: int) -> QuerySet[Thing, int]:
    return Thing.objects.filter(pk=key).values_list("pk", flat=True)


def _location(key: int) -> set[int]:
    now = Thing.objects.filter(location=key).values_list("pk", flat=True)
    return {*now, *HistoricalLocation.objects.filter(location=key).values_list("thing_id", flat=True)}


def _history(key: int) -> QuerySet[HistoricalLocation, int]:
    return HistoricalLocation.objects.filter(pk=key).values_list("thing_id", flat=True)


def _streams(**links: int) -> set[int]:
    return set(Datastream.objects.filter(**links).values_list("thing_id", flat=True))


# Of a feature with a million observations one entry of the index is read for each datastream, not a million.
_OBSERVED = """
WITH RECURSIVE u (id) AS (
    SELECT min(datastream_id) FROM sensors_observation WHERE feature_id = %(feature)s
    UNION ALL
    SELECT (SELECT min(o.datastream_id) FROM sensors_observation o
            WHERE o.feature_id = %(feature)s AND o.datastream_id > u.id)
    FROM u WHERE u.id IS NOT NULL
) SELECT d.thing_id FROM u JOIN sensors_datastream d USING (id)
"""


def _feature(key: int) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(_OBSERVED, {"feature": key})
        return {thing for (thing,) in cursor.fetchall()}


_TABLES: Mapping[Noun, type[Model]] = {
    Noun.THING: Thing,
    Noun.LOCATION: Location,
    Noun.HISTORICAL_LOCATION: HistoricalLocation,
    Noun.SENSOR: Sensor,
    Noun.OBSERVED_PROPERTY: ObservedProperty,
    Noun.DATASTREAM: Datastream,
    Noun.FEATURE: FeatureOfInterest,
}
_QUESTIONS: Mapping[Noun, Callable[[int], Iterable[int]]] = {
    Noun.THING: _thing,
    Noun.LOCATION: _location,
    Noun.HISTORICAL_LOCATION: _history,
    Noun.SENSOR: lambda key: _streams(sensor=key),
    Noun.OBSERVED_PROPERTY: lambda key: _streams(observed_property=key),
    Noun.DATASTREAM: lambda key: _streams(pk=key),
    Noun.FEATURE: _feature,
}
_USES: Mapping[Noun, tuple[tuple[type[Model], str], ...]] = {
    Noun.LOCATION: ((Thing, "location"), (HistoricalLocation, "location")),
    Noun.SENSOR: ((Datastream, "sensor"),),
    Noun.OBSERVED_PROPERTY: ((Datastream, "observed_property"),),
    Noun.FEATURE: ((Observation, "feature"),),
}
"""What refers to an entity that is in use, and by which field."""
