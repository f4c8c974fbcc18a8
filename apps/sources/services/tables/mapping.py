"""Where the quantities of a table go, as a person wrote it beside each: all of it, or – with a sentence at each that
cannot be – nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.errors import NotFound, OwlError
from apps.sensors import selectors as sensors
from apps.sources.models import Source
from apps.sources.services.mapping import ignore_key, map_key
from apps.sources.types.tables import Quantity, TableKey, Target

MAX_ID = 2**31 - 1


def map_table(
    *, source: Source, keys: Sequence[TableKey], targets: Mapping[Quantity, Target], at: datetime
) -> dict[Quantity, str]:
    """Map those quantities of a table that are not mapped yet and have a target; the others wait in quarantine.

    Returns ``{quantity: why not}``; unless that is empty, nothing was mapped.
    """
    wanted = {
        one.quantity: targets[one.quantity]
        for one in keys
        if one.datastream_id is None and targets.get(one.quantity, Target()).name
    }
    known = _own(target.name for target in wanted.values() if target.is_wanted)
    problems = {}
    with transaction.atomic():
        for quantity, target in wanted.items():
            try:
                _map(source, quantity, target, known, at)
            except OwlError as error:
                problems[quantity] = " ".join(part for part in (error.message, error.remedy) if part)
        transaction.set_rollback(bool(problems))
    return problems


def _map(source: Source, quantity: Quantity, target: Target, known: Mapping[str, int], at: datetime) -> None:
    device, key = quantity
    if not target.is_wanted:
        ignore_key(source=source, device_key=device, payload_key=key, at=at)
        return
    if target.name not in known:
        raise NotFound(_("There is no own datastream “%(name)s”.") % {"name": target.name}, part="datastream")
    map_key(source=source, device_key=device, payload_key=key, datastream=known[target.name], unit=target.unit, at=at)


def _own(names: Iterable[str]) -> dict[str, int]:
    """The ids of own datastreams by what was written: an external key, or else a number."""
    written = set(names)
    ids = {name: int(name) for name in written if name.isascii() and name.isdecimal() and len(name) < 11}
    asked = [number for number in ids.values() if 0 < number <= MAX_ID]
    there = set(sensors.own_datastreams().filter(pk__in=asked).values_list("pk", flat=True))
    return {name: number for name, number in ids.items() if number in there} | sensors.by_external_keys(written)
