"""Copies of a peer's data: described, filled page by page, and purged without a trace."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
import numpy.typing as npt
from django.db import IntegrityError, ProgrammingError, connection

from apps.core import clock
from apps.core.errors import Invalid, NotPermitted
from apps.sensors.errors import PageRefused
from apps.sensors.models import (
    Batch,
    Correction,
    Datastream,
    HistoricalLocation,
    Location,
    ObservedProperty,
    Sensor,
    Thing,
    Tombstone,
)
from apps.sensors.services import states
from apps.sensors.services.batches import Order
from apps.sensors.services.deletion import bury
from apps.sensors.services.origins import declared
from apps.sensors.services.partitions import forget_months
from apps.sensors.services.registration import describe
from apps.sensors.services.writing import write
from apps.sensors.types import FLAG_DELETED, FLAG_SUPPRESSED, SUPPRESSED_EXTRA, BatchResult, Device, Readings

Flags = npt.NDArray[np.uint8]


def describe_replica(
    *, origin: str, devices: Iterable[Device], onward_allowed: bool = False, at: datetime | None = None
) -> dict[str, int]:
    """Create or update a peer's things and datastreams; returns datastream ids by external key.

    Idempotent, follows renames and moves like ``register``. Raises Invalid without an origin.
    """
    _require_origin(origin)
    return describe(devices, origin=origin, onward_allowed=onward_allowed, at=at or clock.now())


def apply_replica(
    *, origin: str, readings: Readings, flags: Flags, source: str, at: datetime | None = None
) -> BatchResult:
    """Store one page of a peer's data, all or nothing, within the caller's transaction if there is one.

    ``flags`` per row: value, suppressed (kept as null with ``SUPPRESSED_EXTRA``), deleted (the row goes, a tombstone
    stays). Applying the same page again changes nothing. Raises PageRefused when a row cannot be stored or belongs to
    another origin.
    """
    _require_origin(origin)
    order = Order(source=source, at=at or clock.now(), origin=origin)
    try:
        return _apply(readings, flags, order)
    except (IntegrityError, ProgrammingError):
        forget_months()
        return _apply(readings, flags, replace(order, append=False))


def _apply(readings: Readings, flags: Flags, order: Order) -> BatchResult:
    dead = flags == FLAG_DELETED
    alive = _with_suppressed(readings, flags)
    if dead.any():
        alive = alive.take(np.flatnonzero(~dead))
    with declared(order.origin):
        states.lock(readings.datastream, origin=order.origin)
        result = write(alive, order)
        if result.rejected:
            first = result.rejected[0]
            raise PageRefused(f"Row {first.row} of the page: {first.reason} – {first.detail}", part="page")
        deleted = _delete(readings.take(np.flatnonzero(dead)), order) if dead.any() else 0
    return replace(result, deleted=deleted)


def _delete(keys: Readings, order: Order) -> int:
    if not np.isin(keys.datastream, states.lock(keys.datastream, origin=order.origin)).all():
        raise PageRefused("The page deletes rows of datastreams that are not its owner's.", part="page")
    plain = Readings.build(
        datastream=keys.datastream, time=keys.time, span=keys.span, result=np.full(len(keys), np.nan)
    )
    return bury(plain, source=order.source, origin=order.origin, reason="deleted by its owner", at=order.at)


def _with_suppressed(readings: Readings, flags: Flags) -> Readings:
    suppressed = flags == FLAG_SUPPRESSED
    if not suppressed.any():
        return readings
    extra: list[str | None] = list(readings.extra or [None] * len(readings))
    for row in np.flatnonzero(suppressed).tolist():
        extra[row] = SUPPRESSED_EXTRA
    return replace(readings, result=np.where(suppressed, np.nan, readings.result), extra=extra)


def purge_replica(*, datastream_ids: Sequence[int], origin: str) -> int:
    """Remove replicas of one origin, descriptions and all that is derived; returns how many observations went.

    Things, places, sensors and properties go with their last datastream. Batch rows keep their numbers, because the
    next number follows from them, and lose everything else. Raises NotPermitted when a datastream is not this origin's.
    """
    _require_origin(origin)
    ids = sorted(set(datastream_ids))
    with declared(origin):
        streams = Datastream.objects.filter(pk__in=ids)
        if streams.exclude(origin=origin).exists():
            raise NotPermitted("These datastreams do not all belong to this origin.", part="datastream_ids")
        states.lock(np.array(ids, dtype=np.int32), origin=origin)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM sensors_observation WHERE datastream_id = ANY (%s)", [ids])
            removed: int = cursor.rowcount
        Tombstone.objects.filter(datastream__in=ids).delete()
        Correction.objects.filter(datastream__in=ids).delete()
        streams.delete()
        _forget_batches(ids, origin)
        _forget_orphans(origin)
    return removed


def _forget_batches(ids: list[int], origin: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE sensors_batch SET source = 'purged', client_key = '', rows = 0, accepted = 0, corrected = 0,"
            " unchanged = 0, rejected = 0, deleted = 0, first_time = NULL, last_time = NULL, datastream_ids = '{}'"
            " WHERE origin = %s AND datastream_ids <@ %s::int[] AND datastream_ids <> '{}'",
            [origin, ids],
        )
    for batch in Batch.objects.filter(origin=origin, datastream_ids__overlap=ids):
        batch.datastream_ids = [stream for stream in batch.datastream_ids if stream not in ids]
        batch.save(update_fields=["datastream_ids"])


def _forget_orphans(origin: str) -> None:
    HistoricalLocation.objects.filter(thing__origin=origin, thing__datastreams=None).delete()
    Thing.objects.filter(origin=origin, datastreams=None).delete()
    Location.objects.filter(origin=origin, things=None, historical_locations=None).delete()
    Sensor.objects.filter(origin=origin, datastreams=None).delete()
    ObservedProperty.objects.filter(origin=origin, datastreams=None).delete()


def _require_origin(origin: str) -> None:
    if not origin:
        raise Invalid("A replica needs the DID of its owner.", part="origin")
