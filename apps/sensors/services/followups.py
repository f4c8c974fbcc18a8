"""What the server keeps about a datastream beside its states, when rows carry more than time and number.

SensorThings' ``resultTime`` and ``observedArea`` (OGC 18-088, table 10). Rows without result time and feature – those
of most devices – cost nothing here.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np
import numpy.typing as npt
from django.db import transaction

from apps.sensors.models import Datastream, FeatureOfInterest
from apps.sensors.selectors.arrays import as_parameter, fetch_row
from apps.sensors.services.geometry import enclosing
from apps.sensors.types import Readings

MOST_COVERED = 100_000
Pair = tuple[int, int]

_RESULT_TIMES = """
UPDATE sensors_datastreamstate s SET first_result_time = least(s.first_result_time, n.first),
    last_result_time = greatest(s.last_result_time, n.last)
FROM (SELECT u.id, 'epoch'::timestamptz + u.first * interval '1 microsecond' AS first,
        'epoch'::timestamptz + u.last * interval '1 microsecond' AS last
    FROM unnest(%s, %s, %s) AS u (id, first, last)) AS n
WHERE s.datastream_id = n.id
    AND (s.first_result_time IS NULL OR s.first_result_time > n.first OR s.last_result_time < n.last)
"""
_covered: set[Pair] = set()  # (datastream, feature) whose area is committed; areas never shrink by recording


def note(readings: Readings) -> None:
    """Follow the result times and features of rows in (datastream, time) order, whose states are locked."""
    if not len(readings):
        return
    if readings.result_time is not None:
        _note_result_times(readings.datastream, readings.result_time)
    if readings.feature is not None:
        seen = readings.feature > 0
        pairs = np.unique(np.stack([readings.datastream[seen], readings.feature[seen]], axis=1), axis=0).tolist()
        _cover({(stream, feature) for stream, feature in pairs} - _covered)


def forget_areas(*, datastream_ids: Iterable[int]) -> None:
    """Look again what these datastreams' areas cover: somebody set them."""
    gone = set(datastream_ids)
    _covered.difference_update({pair for pair in _covered if pair[0] in gone})


def _note_result_times(streams: npt.NDArray[np.int32], times: npt.NDArray[np.int64]) -> None:
    known = times >= 0
    if not known.any():
        return
    ids, starts = np.unique(streams[known], return_index=True)
    firsts = np.minimum.reduceat(times[known], starts)
    lasts = np.maximum.reduceat(times[known], starts)
    fetch_row(_RESULT_TIMES, [as_parameter(ids), as_parameter(firsts), as_parameter(lasts)])


def _cover(pairs: set[Pair]) -> None:
    if not pairs:
        return
    shapes = dict(
        FeatureOfInterest.objects.filter(pk__in={feature for _stream, feature in pairs}).values_list("pk", "feature")
    )
    for stream in Datastream.objects.filter(pk__in={stream for stream, _feature in pairs}).order_by("pk"):
        new = [shapes.get(feature) for pk, feature in pairs if pk == stream.pk]
        area = enclosing(stream.observed_area, *new)
        if area is not None and area != stream.observed_area:
            Datastream.objects.filter(pk=stream.pk).update(observed_area=area)
    transaction.on_commit(partial(_remember, pairs))


def _remember(pairs: set[Pair]) -> None:
    if len(_covered) > MOST_COVERED:
        _covered.clear()
    _covered.update(pairs)
