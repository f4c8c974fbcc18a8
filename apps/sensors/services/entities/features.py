"""Features of interest, where an observation is not simply about the place of its thing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F

from apps.sensors.models import FeatureOfInterest, Location, Observation
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


def feature_of_location(*, location_id: int) -> int:
    """The feature that stands for an own location, made at the first call; for observations made elsewhere.

    An observation without a feature is about the place of its thing, so most never need one. Raises like ``own``.
    """
    location = own(Location, location_id, part="feature_id")
    feature, _created = FeatureOfInterest.objects.get_or_create(
        origin="",
        external_key=PLACE_KEY.format(location_id),
        defaults={
            "name": location.name,
            "description": location.description,
            "encoding_type": location.encoding_type,
            "feature": location.geometry,
            "longitude": location.longitude,
            "latitude": location.latitude,
        },
    )
    return feature.pk


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
