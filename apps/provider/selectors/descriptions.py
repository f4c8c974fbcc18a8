"""What the streams of a feed mean, as far as the terms let the peer know."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from django.db import connection

from apps.agreements.models import Agreement
from apps.catalogue.models import Dataset
from apps.peers import selectors as peers
from apps.policies import places
from apps.provider.types import CODES, View
from apps.sensors.models import Datastream, HistoricalLocation, ObservedProperty, Sensor, Thing
from apps.sensors.types import RECORDING, UPLOADED
from apps.sources import selectors as sources
from apps.wire import messages

KEPT = 64
_NAMES = {code: name for name, code in CODES.items()}
_digests: OrderedDict[tuple[str, str], str] = OrderedDict()


def description_digest(view: View) -> str:
    """The digest of ``describe(view)``; made anew only when a described row has changed in the database."""
    key = (view.agreement_uid, _fingerprint(view))
    return _digests.get(key) or _remember(key, describe(view).digest())


def describe_and_remember(view: View) -> messages.DatasetDescription:
    """``describe(view)``, its digest kept for the pages that follow."""
    key = (view.agreement_uid, _fingerprint(view))
    description = describe(view)
    _remember(key, description.digest())
    return description


def describe(view: View) -> messages.DatasetDescription:
    """The description of the view's dataset: coarse where the terms are, statistics as streams of their own."""
    agreement = Agreement.objects.get(pk=view.agreement_id)
    dataset = Dataset.objects.get(pk=view.dataset_id)
    streams = list(
        Datastream.objects.filter(pk__in=view.ids)
        .select_related("thing__location", "sensor", "observed_property")
        .order_by("pk")
    )
    coarse = view.terms.grid_m
    moved = {} if coarse else _moved_at({stream.thing_id for stream in streams})
    uploaded = sources.uploaded(view.ids)
    return messages.DatasetDescription(
        agreement=agreement.uid,
        owner=peers.this_node().did,
        dataset=dataset.identifier,
        title={"de": dataset.title_de, "en": dataset.title_en},
        description={"de": dataset.description_de, "en": dataset.description_en},
        licence=dataset.licence,
        attribution=dataset.attribution,
        theme=dataset.theme,
        keywords=tuple(dataset.keywords or ()),
        contact_email=dataset.contact_email,
        terms=view.terms.digest(),
        onward=view.terms.onward != "no",
        things=tuple(_thing(one, coarse, moved.get(one.pk)) for one in _distinct(s.thing for s in streams)),
        sensors=tuple(_sensor(one) for one in _distinct(s.sensor for s in streams)),
        observed_properties=tuple(_property(one) for one in _distinct(s.observed_property for s in streams)),
        streams=tuple(_stream(one, code, view, one.pk in uploaded) for one in streams for code in view.codes),
    )


def _remember(key: tuple[str, str], digest: str) -> str:
    _digests[key] = digest
    while len(_digests) > KEPT:
        _digests.popitem(last=False)
    return digest


def _fingerprint(view: View) -> str:
    """Changes whenever a row that the description is made of changes – every new version of a row has a new xmin –, and
    when what feeds a datastream becomes an upload or ends to be one."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT md5(string_agg(concat_ws(',', d.id, d.xmin, t.xmin, l.xmin, s.xmin, p.xmin), ';' ORDER BY d.id))
                   || (SELECT c.xmin::text FROM catalogue_dataset c WHERE c.id = %s)
              FROM sensors_datastream d
              JOIN sensors_thing t ON t.id = d.thing_id
              LEFT JOIN sensors_location l ON l.id = t.location_id
              JOIN sensors_sensor s ON s.id = d.sensor_id
              JOIN sensors_observedproperty p ON p.id = d.observed_property_id
             WHERE d.id = ANY(%s::int4[])
            """,
            [view.dataset_id, view.ids],
        )
        row = cursor.fetchone()
    uploaded = ",".join(str(pk) for pk in sorted(sources.uploaded(view.ids)))
    return f"{row[0] if row else ''};{uploaded}"


def _distinct(entities: Iterable[Any]) -> list[Any]:
    return list({entity.pk: entity for entity in entities}.values())


def _key(entity: Any) -> str:
    """The owner's name for an entity; its number where it has none."""
    return str(entity.external_key or f"#{entity.pk}")[:500]


def _moved_at(things: set[int]) -> dict[int, Any]:
    rows = HistoricalLocation.objects.filter(thing_id__in=things).order_by("time", "id")
    return dict(rows.values_list("thing_id", "time"))


def _thing(thing: Thing, coarse: int | None, moved_at: Any) -> messages.ThingDescription:
    """Under a coarse grid nothing goes along that could tell the place: no geometry, place name, text, properties."""
    place = thing.location
    if coarse:
        return messages.ThingDescription(key=f"#{thing.pk}", name=thing.name[:500], location=_coarse(place, coarse))
    return messages.ThingDescription(
        key=_key(thing),
        name=thing.name[:500],
        description=thing.description[:20_000],
        properties=thing.properties or {},
        location=place.geometry if place else None,
        location_name=place.name[:500] if place else "",
        moved_at=moved_at,
    )


def _coarse(place: Any, metres: int) -> dict[str, Any] | None:
    if place is None or place.longitude is None or place.latitude is None:
        return None
    longitude, latitude = places.coarsen(place.longitude, place.latitude, metres)
    return {"type": "Point", "coordinates": [longitude, latitude]}


def _sensor(sensor: Sensor) -> messages.SensorDescription:
    return messages.SensorDescription(
        key=_key(sensor),
        name=sensor.name[:500],
        description=sensor.description[:20_000],
        encoding_type=sensor.encoding_type[:500],
        metadata=sensor.metadata[:20_000],
        properties=sensor.properties or {},
    )


def _property(one: ObservedProperty) -> messages.ObservedPropertyDescription:
    return messages.ObservedPropertyDescription(
        key=_key(one),
        name=one.name[:500],
        definition=one.definition[:20_000],
        description=one.description[:20_000],
        properties=one.properties or {},
    )


def _stream(stream: Datastream, code: int, view: View, is_uploaded: bool) -> messages.StreamDescription:
    coarse = view.terms.grid_m
    span = (view.bucket or 0) // 1_000_000
    return messages.StreamDescription(
        stream=stream.pk * 8 + code,
        key=f"#{stream.pk}" if coarse else _key(stream),
        name=stream.name[:500],
        description="" if coarse else stream.description[:20_000],
        observation_type=stream.observation_type,
        unit_name=stream.unit_name[:500],
        unit_symbol=stream.unit_symbol[:500],
        unit_definition=stream.unit_definition,
        kind="count" if stream.kind == "count" else "measure",
        statistic=_NAMES[code],  # type: ignore[arg-type]  # the names are exactly the literals of the message
        span_s=span,
        expected_interval_s=span or stream.expected_interval_s,
        thing=f"#{stream.thing_id}" if coarse else _key(stream.thing),
        sensor=_key(stream.sensor),
        observed_property=_key(stream.observed_property),
        properties=_properties(stream, is_uploaded, coarse=bool(coarse)),
    )


def _properties(stream: Datastream, is_uploaded: bool, *, coarse: bool) -> dict[str, Any]:
    """Its properties with what feeds it now, which may be other than when it was registered: a recording, uploads, or
    as it says. Under a coarse grid nothing else goes along: free words could name the place."""
    given = {name: value for name, value in (stream.properties or {}).items() if not coarse or name == "source"}
    source = given.pop("source", None)
    if source == RECORDING or is_uploaded:
        return given | {"source": source if source == RECORDING else UPLOADED}
    return given if coarse or source in {None, UPLOADED} else given | {"source": source}
