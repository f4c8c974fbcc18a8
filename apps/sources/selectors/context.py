"""What is stored just before some readings: the last value, and for how long it has been the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from django.db import connection

from apps.sensors.types import Readings, datetime_of, micros

LOOK_BACK = 10_000
"""How many readings a run of equal values is followed back."""

_BEFORE = """
SELECT n.place, p.phenomenon_time, p.result, r.since, r.length
FROM unnest(%(streams)s::int[], %(spans)s::int[], %(times)s::timestamptz[], %(values)s::float8[], %(stuck)s::bool[])
    WITH ORDINALITY AS n (stream, span, time, value, stuck, place)
CROSS JOIN LATERAL (
    SELECT phenomenon_time, result FROM sensors_observation
    WHERE datastream_id = n.stream AND span = n.span AND phenomenon_time < n.time AND result IS NOT NULL
    ORDER BY phenomenon_time DESC LIMIT 1
) AS p
LEFT JOIN LATERAL (
    SELECT min(phenomenon_time) AS since, count(*) AS length FROM (
        SELECT phenomenon_time, result, sum((result <> n.value)::int) OVER (ORDER BY phenomenon_time DESC) AS others
        FROM (
            SELECT phenomenon_time, result FROM sensors_observation
            WHERE datastream_id = n.stream AND span = n.span AND phenomenon_time < n.time AND result IS NOT NULL
            ORDER BY phenomenon_time DESC LIMIT %(limit)s
        ) AS back
    ) AS run WHERE others = 0
) AS r ON n.stuck AND p.result = n.value
"""


@dataclass(frozen=True, slots=True)
class Before:
    """Per series: the value before (NaN for none) and its time (µs UTC); how many readings just before are equal to the
    first one given, and since when (µs UTC)."""

    value: npt.NDArray[np.float64]
    time: npt.NDArray[np.float64]
    run_length: npt.NDArray[np.float64]
    run_since: npt.NDArray[np.float64]


def before(firsts: Readings, *, stuck: npt.NDArray[np.bool_]) -> Before:
    """What is stored before each of these readings, one a series; runs only where ``stuck`` asks for them."""
    found = Before(*(np.full(len(firsts), filled) for filled in (np.nan, 0.0, 0.0, 0.0)))
    with connection.cursor() as cursor:
        cursor.execute(
            _BEFORE,
            {
                "streams": firsts.datastream.tolist(),
                "spans": firsts.span.tolist(),
                "times": [datetime_of(moment) for moment in firsts.time.tolist()],
                "values": firsts.result.tolist(),
                "stuck": stuck.tolist(),
                "limit": LOOK_BACK,
            },
        )
        for place, moment, value, since, length in cursor:
            found.time[place - 1], found.value[place - 1] = micros(moment), value
            if length:
                found.run_since[place - 1], found.run_length[place - 1] = micros(since), length
    return found
