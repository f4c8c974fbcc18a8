"""A person says where a value goes: to a datastream that is there, to a new one, or nowhere."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.errors import Invalid, NotFound
from apps.sensors.models import Datastream
from apps.sources import events
from apps.sources.models import Candidate, Mapping, Replaying, Source, SourceDevice
from apps.sources.services import units
from apps.sources.services.registration import register
from apps.sources.services.sorting import usable
from apps.sources.types import WILDCARD, Conversion, ConversionName, NewStream


def map_key(
    *,
    source: Source,
    device_key: str,
    payload_key: str,
    datastream: int | None = None,
    new: NewStream | None = None,
    unit: str,
    conversion: ConversionName | str = ConversionName.NONE,
    factor: float = 1.0,
    offset: float = 0.0,
    at: datetime,
) -> Mapping:
    """Send the value under a key to an own ``datastream`` (by id), or to a ``new`` one that is registered for it.

    ``unit`` is the unit as sent; with the conversion it must lead to the datastream's own. ``device_key`` ``*`` maps
    the key for every device of the source. What waits in quarantine is taken in afterwards (``replay_due``). Mapping a
    key again changes where later values go. Raises Invalid (``unit-mismatch`` among them) and NotFound.
    """
    if (datastream is None) == (new is None):
        raise Invalid(_("Name a datastream, or describe a new one."), part="datastream")
    _check_keys(device_key, payload_key)
    with transaction.atomic():
        if new is not None:
            # Checked before anything is registered for it.
            units.checked(unit=unit, stored=new.unit_symbol, conversion=conversion, factor=factor, offset=offset)
            datastream = register(source, device_key, payload_key, new, at=at)
        stream = _own(datastream)
        kept = units.checked(unit=unit, stored=stream.unit_symbol, conversion=conversion, factor=factor, offset=offset)
        if device_key != WILDCARD:
            SourceDevice.objects.filter(source=source, key=device_key, thing=None).update(thing=stream.thing_id)
        return _save(source, device_key, payload_key, (stream, unit, conversion, kept), at)


def ignore_key(*, source: Source, device_key: str, payload_key: str, at: datetime) -> Mapping:
    """Say that the value under a key is not wanted: it is counted and not kept, and what waits is set aside."""
    _check_keys(device_key, payload_key)
    with transaction.atomic():
        nothing = Conversion("", "", 1.0)
        return _save(source, device_key, payload_key, (None, "", ConversionName.NONE, nothing), at)


def unmap_key(*, mapping: Mapping) -> None:
    """Take a mapping back: later values wait in quarantine again; what was stored stays."""
    Mapping.objects.filter(pk=mapping.pk).delete()


def _save(
    source: Source,
    device_key: str,
    payload_key: str,
    target: tuple[Datastream | None, str, str, Conversion],
    at: datetime,
) -> Mapping:
    stream, unit, conversion, kept = target
    mapping, _made = Mapping.objects.update_or_create(
        source=source,
        device_key=device_key,
        payload_key=payload_key,
        defaults={
            "datastream": stream,
            "unit": unit,
            "conversion": conversion,
            "factor": kept.factor,
            "offset": kept.offset,
        },
    )
    known = Candidate.objects.filter(source=source, payload_key=payload_key)
    (known if device_key == WILDCARD else known.filter(device_key=device_key)).delete()
    Replaying.objects.update_or_create(
        mapping=mapping,
        defaults={"next_attempt_at": at, "mapped_at": at, "cursor": 0, "lease": None, "leased_until": None},
    )
    events.key_mapped.announce(events.KeyMapped(mapping.pk))
    return mapping


def _own(datastream: int | None) -> Datastream:
    stream: Datastream | None = Datastream.objects.own().filter(pk=datastream).first()
    if stream is None:
        raise NotFound(_("%(id)s is no datastream of this node’s own.") % {"id": datastream}, part="datastream")
    return stream


def _check_keys(device_key: str, payload_key: str) -> None:
    for part, key in (("device_key", device_key), ("payload_key", payload_key)):
        if not usable(key):
            raise Invalid(_("A key has 1 to 200 characters."), part=part)
