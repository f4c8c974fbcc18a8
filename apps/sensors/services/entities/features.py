"""Features of interest: made by hand, or from the place of a thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from apps.sensors.models import Datastream, FeatureOfInterest, Location, Observation
from apps.sensors.services import deletion, geometry
from apps.sensors.services.entities.cleaning import clean, require
from apps.sensors.services.entities.owned import change, own
from apps.sensors.types import MAX_BATCH_ROWS, Readings, micros

WRITABLE = frozenset({"name", "description", "properties", "encoding_type", "feature"})
_REQUIRED = ("name", "encoding_type", "feature")
PLACE_KEY = "location/{}"
"""The external key of the feature made from a location."""


def create(*, values: Mapping[str, Any], at: datetime) -> int:
    """A new feature of interest; GeoJSON is checked, other encodings are kept as they come."""
    given = clean(FeatureOfInterest, values, allowed=WRITABLE)
    require(given, *_REQUIRED)
    given = geometry.columns(given, shape="feature", encoding=given["encoding_type"])
    return FeatureOfInterest.objects.create(**given).pk


def update(*, key: int, values: Mapping[str, Any], at: datetime) -> None:
    """Change its description."""
    given = clean(FeatureOfInterest, values, allowed=WRITABLE)
    feature = own(FeatureOfInterest, key)
    require({name: getattr(feature, name) for name in _REQUIRED} | given, *_REQUIRED)
    if "encoding_type" in given:
        given.setdefault("feature", feature.feature)
    change(
        feature,
        geometry.columns(given, shape="feature", encoding=given.get("encoding_type", feature.encoding_type)),
    )


def delete(*, key: int, reason: str, at: datetime) -> None:
    """Delete a feature with all observations of it, which leave tombstones; no index helps, so it reads the table."""
    feature = own(FeatureOfInterest, key)
    while len(keys := _keys(feature.pk)):
        deletion.bury_own(keys, reason=reason, at=at)
    feature.delete()


def place_features(*, datastream_ids: Sequence[int]) -> dict[int, int]:
    """The feature of the place where each own datastream's thing stands now, made where there is none yet.

    A datastream whose thing has no place is missing from the answer (OGC 18-088, section 8.2.8).
    """
    places = dict(
        Datastream.objects.filter(pk__in=datastream_ids, origin="", thing__location__isnull=False).values_list(
            "pk", "thing__location_id"
        )
    )
    wanted = {PLACE_KEY.format(pk): pk for pk in set(places.values())}
    found = _by_key(wanted)
    missing = [pk for key, pk in wanted.items() if key not in found]
    if missing:
        _make(missing)
        found = _by_key(wanted)
    return {stream: found[PLACE_KEY.format(pk)] for stream, pk in places.items()}


def _by_key(wanted: Mapping[str, int]) -> dict[str, int]:
    features = FeatureOfInterest.objects.filter(origin="", external_key__in=wanted)
    return dict(features.values_list("external_key", "pk"))


def _make(locations: Sequence[int]) -> None:
    FeatureOfInterest.objects.bulk_create(
        (
            FeatureOfInterest(
                external_key=PLACE_KEY.format(location.pk),
                name=location.name,
                description=location.description,
                encoding_type=location.encoding_type,
                feature=location.geometry,
                longitude=location.longitude,
                latitude=location.latitude,
            )
            for location in Location.objects.filter(pk__in=locations).order_by("pk")
        ),
        ignore_conflicts=True,
    )


def _keys(feature: int) -> Readings:
    rows = list(
        Observation.objects.filter(feature=feature)
        .annotate(stream=F("datastream_id"))
        .values_list("stream", "phenomenon_time", "span")[:MAX_BATCH_ROWS]
    )
    return Readings.build(
        datastream=[row[0] for row in rows],
        time=[micros(row[1]) for row in rows],
        span=[row[2] for row in rows],
        result=[float("nan")] * len(rows),
    )
