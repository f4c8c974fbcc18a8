"""The batch row: what was written, for the feed, the look-up of ids and the repeated client key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from apps.core.guards import advisory_xact_lock
from apps.sensors.models import Batch
from apps.sensors.selectors.arrays import Numbers, as_parameter, fetch_row
from apps.sensors.types import BatchResult, Readings, datetime_of

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a batch wrote; times are µs UTC, None when it wrote nothing."""

    batch_id: int
    accepted: int = 0
    corrected: int = 0
    unchanged: int = 0
    deleted: int = 0
    first: int | None = None
    last: int | None = None
    datastream_ids: tuple[int, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows or tombstones carry the batch's ids."""
        return self.accepted + self.corrected + self.deleted

    @classmethod
    def of(cls, batch_id: int, readings: Readings, new: Mask, corrected: Mask) -> Written:
        """Count the rows of a batch."""
        written = new | corrected
        if not written.any():
            return cls(batch_id=batch_id, unchanged=len(readings))
        times = readings.time[written]
        return cls(
            batch_id=batch_id,
            accepted=int(new.sum()),
            corrected=int(corrected.sum()),
            unchanged=int((~written).sum()),
            first=int(times.min()),
            last=int(times.max()),
            datastream_ids=tuple(np.unique(readings.datastream[written]).tolist()),
        )


def next_id() -> int:
    """A fresh batch id."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('sensors_batch_id_seq')")
        return int(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """For whom and whence rows are written; with ``append`` False no row is taken for later than all others unseen."""

    source: str
    at: datetime
    client_key: str = ""
    origin: str = ""
    append: bool = True


def save(written: Written, order: Order, *, rejected: int = 0, change: str = "", params: Mapping[str, Numbers]) -> None:
    """Insert the batch row, complete but for the number; ``change`` is done in the same statement."""
    values: dict[str, Any] = {
        "id": written.batch_id,
        "source": order.source,
        "client_key": order.client_key,
        "origin": order.origin,
        "recorded_at": order.at,
        "rows": written.rows,
        "accepted": written.accepted,
        "corrected": written.corrected,
        "unchanged": written.unchanged,
        "rejected": rejected,
        "deleted": written.deleted,
        "first_time": None if written.first is None else datetime_of(written.first),
        "last_time": None if written.last is None else datetime_of(written.last),
        "datastream_ids": as_parameter(np.array(written.datastream_ids, dtype=np.int32)),
    }
    fetch_row(f"WITH changed AS ({change}) {_INSERT}" if change else _INSERT, values | dict(params))


_INSERT = """
INSERT INTO sensors_batch (id, source, client_key, origin, recorded_at, rows, accepted, corrected, unchanged, rejected,
    deleted, first_time, last_time, datastream_ids)
VALUES (%(id)s, %(source)s, %(client_key)s, %(origin)s, %(recorded_at)s, %(rows)s, %(accepted)s, %(corrected)s,
    %(unchanged)s, %(rejected)s, %(deleted)s, %(first_time)s, %(last_time)s, %(datastream_ids)s)
"""


def repeated(*, source: str, client_key: str) -> BatchResult | None:
    """The result of the earlier call with this client key. Waits for one that is under way just now."""
    advisory_xact_lock(f"sensors.batch:{source}:{client_key}")
    batch = Batch.objects.filter(source=source, client_key=client_key).first()
    if batch is None:
        return None
    return BatchResult(
        batch_id=batch.pk,
        batch_ids=(batch.pk,),
        accepted=batch.accepted,
        corrected=batch.corrected,
        unchanged=batch.unchanged,
        duplicate_of=batch.pk,
    )
