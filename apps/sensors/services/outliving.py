"""Deleting what a replica has held for too long: rows and replaced values, without a trace."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection

from apps.core import packed
from apps.core.errors import Invalid
from apps.sensors.models import Correction
from apps.sensors.services import states
from apps.sensors.services.deletion import recount
from apps.sensors.services.origins import declared
from apps.sensors.types import ORDINAL_BITS

_DUE = f"""
SELECT o.datastream_id AS datastream, o.phenomenon_time AS time, o.span FROM sensors_observation o
WHERE o.datastream_id = ANY(%(ids)s::int4[]) AND (o.id >> {ORDINAL_BITS}) IN (
    SELECT id FROM sensors_batch WHERE recorded_at < %(before)s AND datastream_ids && %(ids)s::int4[])
ORDER BY 1, 2, 3 LIMIT %(limit)s
"""  # noqa: S608 - our own words; values go as parameters


def outlive_replica(
    *, datastream_ids: Sequence[int], origin: str, received_before: datetime, limit: int = 200_000
) -> npt.NDArray[np.void]:
    """Delete replica rows recorded here before that moment, at most ``limit``, and values replaced before it.

    Returns the keys deleted (datastream, time in µs UTC, span). No tombstones stay: the owner still has the rows, only
    the right to keep copies of them is over. Part of the caller's transaction. Raises Invalid without an origin.
    """
    if not origin:
        raise Invalid("A replica needs the DID of its owner.", part="origin")
    ids = sorted(set(datastream_ids))
    params: dict[str, Any] = {"ids": ids, "before": received_before, "limit": limit}
    with declared(origin):
        states.lock(np.array(ids, dtype=np.int32), origin=origin)
        keys = packed.read(_DUE, params, {"datastream": "int4", "time": "time", "span": "int4"})
        Correction.objects.filter(datastream__in=ids, corrected_at__lt=received_before).delete()
        if len(keys):
            _delete(keys)
            recount(np.unique(keys["datastream"]), batch_id=None)
    return keys


def _delete(keys: npt.NDArray[np.void]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM sensors_observation o USING unnest(%s::int4[], %s::int8[], %s::int4[]) AS k (ds, at, span)"
            " WHERE o.datastream_id = k.ds AND o.span = k.span"
            " AND o.phenomenon_time = timestamptz '1970-01-01 00:00:00+00' + k.at * interval '1 microsecond'",
            [keys["datastream"].tolist(), keys["time"].tolist(), keys["span"].tolist()],
        )
