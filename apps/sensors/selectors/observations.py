"""Reading observations: by id, by datastream and time, and in the order of a first copy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
import numpy.typing as npt
from django.db import connection
from django.db.models import Sum

from apps.core.errors import NotFound
from apps.sensors.models import Batch, Correction, DatastreamState, Observation
from apps.sensors.selectors.columns import Column, copy_columns
from apps.sensors.types import EARLIEST, LATEST, batch_of, datetime_of

_ORDERED_COLUMNS = (
    Column("datastream", "int4"),
    Column("time", "time"),
    Column("span", "int4"),
    Column("id", "int8"),
    Column("result", "float8"),
)
_ORDERED = """
SELECT o.* FROM (SELECT id FROM unnest(%(ids)s::int[]) AS u (id) WHERE id >= %(stream)s ORDER BY id) AS d
CROSS JOIN LATERAL (
    SELECT datastream_id, phenomenon_time, span, id, coalesce(result, 'NaN') FROM sensors_observation
    WHERE datastream_id = d.id AND phenomenon_time >= %(start)s AND phenomenon_time < %(end)s
        AND (d.id > %(stream)s OR (phenomenon_time, span) > (%(time)s, %(span)s))
    ORDER BY phenomenon_time, span
) AS o LIMIT %(limit)s
"""


def read_ordered(
    *,
    datastream_ids: Sequence[int],
    after: tuple[int, int, int] | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    limit: int = 50_000,
) -> npt.NDArray[np.void]:
    """Observations by (datastream, time, span): ``datastream, time (µs UTC), span (s), id, result (NaN for null)``.

    Those with ``start`` <= time < ``end``, after the key (datastream, time, span), at most ``limit``. Datastream by
    datastream and month by month, so that a page costs what it returns, wherever it begins: an ordinary ORDER BY over
    all datastreams would sort the rest of the table for every page (docs/decisions/0005-observations.md).
    """
    stream, time, span = after or (0, EARLIEST, -1)
    return copy_columns(
        _ORDERED,
        {
            "ids": list(datastream_ids),
            "stream": stream,
            "time": datetime_of(time),
            "span": span,
            "start": start or datetime_of(EARLIEST),
            "end": end or datetime_of(LATEST),
            "limit": limit,
        },
        columns=_ORDERED_COLUMNS,
    )


def observation(observation_id: int) -> Observation:
    """The observation with this id. Raises NotFound – also for the id of a version that was corrected since.

    The look-up goes through the batch, which knows months and datastreams: an id alone finds nothing quickly.
    """
    batch = Batch.objects.filter(pk=batch_of(observation_id)).first()
    if batch is not None and batch.first_time is not None:
        found = Observation.objects.filter(
            datastream__in=batch.datastream_ids,
            phenomenon_time__range=(batch.first_time, batch.last_time),
            pk=observation_id,
        ).first()
        if found is not None:
            return found
    raise NotFound(f"There is no observation {observation_id}.", part="id")


def current_observation(observation_id: int) -> Observation:
    """The observation that once had this id, as it is now: corrections are followed. Raises NotFound."""
    return observation(current_id(observation_id))


def current_id(observation_id: int) -> int:
    """The id under which the observation that once had this id stands now; the same where it was never corrected."""
    key, later = observation_id, _successor(observation_id)
    while later is not None and later > key:
        key, later = later, _successor(later)
    return key


def _successor(observation_id: int) -> int | None:
    found = Correction.objects.filter(old_id=observation_id).order_by("-pk").values_list("new_id", flat=True)
    return found.first()


def count_rows(datastream_ids: Iterable[int] | None = None) -> int:
    """How many observations these datastreams (or all) hold, from the counters."""
    states = DatastreamState.objects.all()
    if datastream_ids is not None:
        states = states.filter(pk__in=list(datastream_ids))
    return int(states.aggregate(total=Sum("observation_count"))["total"] or 0)


def spans(datastream_ids: Sequence[int]) -> dict[int, list[int]]:
    """Which spans occur per datastream."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT datastream_id, array_agg(DISTINCT span ORDER BY span) FROM sensors_observation"
            " WHERE datastream_id = ANY (%s) GROUP BY 1",
            [list(datastream_ids)],
        )
        return dict(cursor.fetchall())
