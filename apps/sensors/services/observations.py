"""Single observations, changed and deleted: a change is a recorded correction, and the old id still finds it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from apps.core import clock
from apps.core.errors import Conflict, Invalid, NotPermitted
from apps.sensors.models import Correction, Datastream, Observation
from apps.sensors.selectors.observations import current_observation
from apps.sensors.services import deletion, states
from apps.sensors.services.origins import declared
from apps.sensors.services.recording import record
from apps.sensors.types import Readings, datetime_of, micros


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationChange:
    """What to change of an observation; a member that is missing in ``columns`` or ``extra`` stays as it is.

    ``columns``: ``datastream`` (id), ``time`` (µs UTC), ``span`` (s), ``result`` (NaN for null), ``result_time`` (µs
    UTC, -1 for null), ``feature`` (id, 0 for null). ``extra``: members of the JSON tail, None takes one away.
    """

    columns: Mapping[str, int | float]
    extra: Mapping[str, Any]


def change_observation(
    *, observation_id: int, change: ObservationChange, source: str, at: datetime | None = None
) -> int:
    """Correct an own observation; returns the id of its new version, or the old id when nothing changed.

    The replaced version stays readable as a correction. With another time or datastream the old key becomes a
    tombstone. Raises NotFound, NotPermitted for a replica, Invalid for values that cannot be stored and Conflict where
    another observation stands at the new time.
    """
    moment = at or clock.now()
    with declared(""):
        old = _locked(observation_id)
        new = _changed(old, change)
        moved = (int(new.datastream[0]), int(new.time[0]), int(new.span[0])) != _key(old)
        if moved:
            _refuse_taken(new)
            deletion.bury_own(_readings(old), reason="corrected to another time or datastream", at=moment)
        result = record(readings=new, source=source, at=moment)
        if result.rejected:
            raise Invalid(result.rejected[0].detail, part=result.rejected[0].reason)
        key = int(result.ids[0])
        if moved:
            _keep(old, key, moment)
    return key


def delete_observation(*, observation_id: int, reason: str, at: datetime | None = None) -> None:
    """Delete an own observation, leaving a tombstone. Raises NotFound, and NotPermitted for a replica."""
    with declared(""):
        deletion.bury_own(_readings(_locked(observation_id)), reason=reason, at=at or clock.now())


def _locked(observation_id: int) -> Observation:
    """The present version, its datastream's state locked."""
    stream = current_observation(observation_id).datastream_id
    if not len(states.lock(np.array([stream], dtype=np.int32), origin="")):
        raise NotPermitted(f"Observation {observation_id} belongs to another city and is read-only here.", part="id")
    return current_observation(observation_id)


def _key(row: Observation) -> tuple[int, int, int]:
    return row.datastream_id, micros(row.phenomenon_time), row.span


def _changed(old: Observation, change: ObservationChange) -> Readings:
    columns: dict[str, Any] = {
        "datastream": old.datastream_id,
        "time": micros(old.phenomenon_time),
        "span": old.span,
        "result": np.nan if old.result is None else old.result,
        "result_time": -1 if old.result_time is None else micros(old.result_time),
        "feature": old.feature_id or 0,
    } | dict(change.columns)
    extra = {name: value for name, value in {**(old.extra or {}), **change.extra}.items() if value is not None}
    return Readings.build(
        **{name: [value] for name, value in columns.items()},
        extra=[json.dumps(extra) if extra else None],
    )


def _readings(row: Observation) -> Readings:
    stream, time, span = _key(row)
    return Readings.build(datastream=[stream], time=[time], span=[span], result=[np.nan])


def _refuse_taken(new: Readings) -> None:
    stream, span = int(new.datastream[0]), int(new.span[0])
    if not Datastream.objects.filter(pk=stream).exists():
        raise Invalid(f"There is no datastream {stream}.", part="datastream")
    try:
        time = datetime_of(int(new.time[0]))
    except OverflowError as problem:
        raise Invalid("The time lies outside the years 1970–2100.", part="phenomenon_time") from problem
    if Observation.objects.filter(datastream=stream, span=span, phenomenon_time=time).exists():
        raise Conflict(f"Datastream {stream} has another observation at this time.", part="phenomenon_time")


def _keep(old: Observation, new_id: int, at: datetime) -> None:
    """Let the replaced version lead to the one at another key."""
    Correction.objects.create(
        datastream_id=old.datastream_id,
        span=old.span,
        phenomenon_time=old.phenomenon_time,
        old_id=old.pk,
        new_id=new_id,
        old_result=old.result,
        old_result_time=old.result_time,
        old_feature_id=old.feature_id,
        old_extra=old.extra,
        corrected_at=at,
    )
