"""Following the owner's description: renamed sensors, moved things, new and dropped streams."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from apps.consumer.errors import BadPageReceived
from apps.consumer.models import Refetch, ReplicaStream, Subscription
from apps.consumer.types import NO_HORIZON, Reason
from apps.core import duties
from apps.ledger import services as ledger
from apps.ledger.types import Kind
from apps.policies import terms as policy_terms
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types
from apps.wire import messages

STREAMS_AT_ONCE = 100


def follow_description(subscription: Subscription, description: messages.DatasetDescription, *, at: datetime) -> None:
    """Make the replica's things and datastreams what the owner says, under the pull's lease.

    A stream new to a replica that is already being filled gets its history by a fetch of its own; a stream that is gone
    is deleted with its rows. Raises BadPageReceived for a description of somebody else's data, LeaseLost.
    """
    if description.owner != subscription.peer.did:
        raise BadPageReceived(_("The description names another owner."), part="owner")
    with transaction.atomic():
        duties.confirm(subscription)
        known = dict(ReplicaStream.objects.filter(subscription=subscription).values_list("stream", "datastream_id"))
        wanted = {stream.stream: stream for stream in description.streams}
        _describe(subscription, description, known, at)
        gone = sorted(set(known) - set(wanted))
        new = sorted(set(wanted) - set(known))
        if new and subscription.cursor:
            _want_history(subscription, new, at)
        Subscription.objects.filter(pk=subscription.pk).update(
            description_digest=description.digest(), about=_about(description)
        )
        if gone:
            _drop(subscription, gone, [known[stream] for stream in gone], at)
    subscription.description_digest = description.digest()


def _describe(
    subscription: Subscription, description: messages.DatasetDescription, known: dict[int, int], at: datetime
) -> None:
    terms = policy_terms.parse(subscription.agreement.terms)
    ids = sensors.describe_replica(
        origin=subscription.peer.did,
        devices=_devices(str(subscription.uid), description),
        onward_allowed=terms.onward != "no",
        at=at,
    )
    ReplicaStream.objects.bulk_create(
        ReplicaStream(
            subscription=subscription,
            stream=stream.stream,
            datastream_id=ids[_key(str(subscription.uid), stream.stream)],
            statistic=stream.statistic,
        )
        for stream in description.streams
        if stream.stream not in known
    )


def _about(description: messages.DatasetDescription) -> dict[str, Any]:
    """What catalogues here show of the dataset: the words, not the devices."""
    return {
        "identifier": description.dataset,
        "title": description.title,
        "description": description.description,
        "licence": description.licence,
        "attribution": description.attribution,
        "theme": description.theme,
        "keywords": list(description.keywords),
        "contact_email": description.contact_email,
    }


def _want_history(subscription: Subscription, streams: list[int], at: datetime) -> None:
    for start in range(0, len(streams), STREAMS_AT_ONCE):
        Refetch.objects.create(
            subscription=subscription,
            streams=streams[start : start + STREAMS_AT_ONCE],
            end=NO_HORIZON,
            reason=Reason.HISTORY,
            created_at=at,
        )


def _drop(subscription: Subscription, streams: list[int], datastreams: list[int], at: datetime) -> None:
    ReplicaStream.objects.filter(subscription=subscription, stream__in=streams).delete()
    removed = sensors.purge_replica(datastream_ids=datastreams, origin=subscription.peer.did)
    ledger.append(
        kind=Kind.PURGE,
        subject=subscription.agreement.uid,
        payload={
            "agreement": subscription.agreement.uid,
            "peer": subscription.peer.did,
            "rows": removed,
            "kind": "dropped-by-owner",
            "streams": len(streams),
        },
        at=at,
    )


def _key(prefix: str, name: object) -> str:
    """Keys here carry the subscription, so that two agreements with one owner never share a datastream."""
    return f"{prefix}/{name}"


def _devices(prefix: str, description: messages.DatasetDescription) -> list[sensor_types.Device]:
    sensors_of = {one.key: one for one in description.sensors}
    properties = {one.key: one for one in description.observed_properties}
    streams: dict[str, list[sensor_types.StreamSpec]] = defaultdict(list)
    for stream in description.streams:
        sensor, observed = sensors_of[stream.sensor], properties[stream.observed_property]
        streams[stream.thing].append(_stream(prefix, stream, _sensor(prefix, sensor), _property(prefix, observed)))
    return [
        sensor_types.Device(
            external_key=_key(prefix, f"thing/{thing.key}"),
            name=thing.name,
            description=thing.description,
            properties=thing.properties,
            place=_place(thing),
            streams=tuple(streams[thing.key]),
        )
        for thing in description.things
    ]


def _stream(
    prefix: str,
    stream: messages.StreamDescription,
    sensor: sensor_types.SensorSpec,
    observed: sensor_types.ObservedPropertySpec,
) -> sensor_types.StreamSpec:
    statistic = {"statistic": stream.statistic, "span_s": stream.span_s} if stream.statistic else {}
    return sensor_types.StreamSpec(
        external_key=_key(prefix, stream.stream),
        name=f"{stream.name} · {stream.statistic}" if stream.statistic else stream.name,
        description=stream.description,
        sensor=sensor,
        observed_property=observed,
        unit_name=stream.unit_name,
        unit_symbol=stream.unit_symbol,
        unit_definition=stream.unit_definition,
        observation_type=stream.observation_type,
        kind=stream.kind,
        expected_interval_s=stream.expected_interval_s,
        properties={**stream.properties, **statistic},
    )


def _sensor(prefix: str, sensor: messages.SensorDescription) -> sensor_types.SensorSpec:
    return sensor_types.SensorSpec(
        external_key=_key(prefix, f"sensor/{sensor.key}"),
        name=sensor.name,
        description=sensor.description,
        encoding_type=sensor.encoding_type,
        metadata=sensor.metadata,
        properties=sensor.properties,
    )


def _property(prefix: str, one: messages.ObservedPropertyDescription) -> sensor_types.ObservedPropertySpec:
    return sensor_types.ObservedPropertySpec(
        external_key=_key(prefix, f"property/{one.key}"),
        name=one.name,
        definition=one.definition,
        description=one.description,
        properties=one.properties,
    )


def _place(thing: messages.ThingDescription) -> sensor_types.Place | None:
    longitude, latitude = _point(thing.location)
    if longitude is None and not thing.location_name:
        return None
    return sensor_types.Place(name=thing.location_name or thing.name, longitude=longitude, latitude=latitude)


def _point(location: dict[str, Any] | None) -> tuple[float | None, float | None]:
    """Longitude and latitude of a GeoJSON point; None for anything else."""
    if not location or location.get("type") != "Point":
        return None, None
    coordinates = location.get("coordinates")
    if not isinstance(coordinates, list) or len(coordinates) < 2:
        return None, None
    longitude, latitude = coordinates[0], coordinates[1]
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (longitude, latitude))
    return (float(longitude), float(latitude)) if numbers else (None, None)
