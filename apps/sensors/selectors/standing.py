"""On which things an entity bears: whoever writes them may write it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from django.db.models import Model, QuerySet

from apps.core.errors import NotFound
from apps.core.statements import fetch_rows
from apps.sensors.models import (
    Datastream,
    FeatureOfInterest,
    HistoricalLocation,
    Location,
    ObservedProperty,
    Sensor,
    Thing,
)
from apps.sensors.selectors.observations import current_observation
from apps.sensors.types import Noun


def things_of(*, noun: Noun, key: int) -> frozenset[int]:
    """The things that one entity describes or belongs to; empty where it is unknown or in no use.

    A feature of interest belongs to none: which observations name it is not indexed.
    """
    return frozenset(_QUESTIONS[noun](key)) if noun in _QUESTIONS else frozenset()


def things_of_streams(*, datastream_ids: Iterable[int]) -> dict[int, int]:
    """The thing of each own datastream; replicas and unknown ones are missing from the answer."""
    return dict(fetch_rows(_THINGS, [list(datastream_ids)], planned_once=True))


_THINGS = "SELECT id, thing_id FROM sensors_datastream WHERE id = ANY (%s::bigint[]) AND origin = ''"


def exists(*, noun: Noun, key: int) -> bool:
    """Whether there is such an entity, own or replica."""
    return _TABLES[noun]._default_manager.filter(pk=key).exists()


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
}
