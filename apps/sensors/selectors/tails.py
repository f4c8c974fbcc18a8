"""What observations carry beside a number, as canonical text, for the few that carry anything."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from django.db import connection

from apps.sensors.types import datetime_of, micros
from apps.wire import extras


def texts(
    *, datastream: npt.NDArray[np.int32], time: npt.NDArray[np.int64], span: npt.NDArray[np.int32]
) -> dict[int, str]:
    """Canonical JSON (``wire.extras``) by position, for those keys whose row has an extra or a result time."""
    if not len(datastream):
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT k.at, o.extra::text, o.result_time
              FROM unnest(%s::int4[], %s::timestamptz[], %s::int4[]) WITH ORDINALITY AS k(ds, time, span, at)
              JOIN sensors_observation o
                ON o.datastream_id = k.ds AND o.phenomenon_time = k.time AND o.span = k.span
             WHERE o.phenomenon_time BETWEEN %s AND %s AND (o.extra IS NOT NULL OR o.result_time IS NOT NULL)
            """,
            [
                datastream.tolist(),
                [datetime_of(one) for one in time.tolist()],
                span.tolist(),
                datetime_of(int(time.min())),
                datetime_of(int(time.max())),
            ],
        )
        found = {
            at - 1: extras.join(tail, None if result_time is None else micros(result_time))
            for at, tail, result_time in cursor
        }
    return {at: text for at, text in found.items() if text is not None}
