"""The one way by which what the field sends becomes observations, whatever the format and the way it took."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.errors import NotPermitted
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types
from apps.sources.models import Source
from apps.sources.services import noting
from apps.sources.services.plausibility import assess, flagged
from apps.sources.services.remembering import fresh
from apps.sources.services.routing import routes
from apps.sources.services.sorting import Held, Sorted, payload, sort, usable
from apps.sources.types import Outcome, Reason, Taken, Uplink

FIRST_YEAR, LAST_YEAR = 1970, 2100


def take(*, source: Source, uplinks: Sequence[Uplink], at: datetime) -> Taken:
    """Store what is mapped, keep the rest in quarantine, recognise what came before: all in one transaction.

    Values are converted, judged by the rules of plausibility (flagged, never dropped) and recorded as one batch of
    ``source:<slug>``. The same uplinks again change nothing. ``at`` is the moment of arrival. Raises NotPermitted when
    the source is switched off.
    """
    if not source.enabled:
        raise NotPermitted(_("This source is switched off."), code="source-disabled", part="source")
    with transaction.atomic():
        new = fresh(uplinks, source, at=at)
        devices = {uplink.device for _place, uplink in new if usable(uplink.device)}
        rows = sort(new, routes(source, devices), at=at)
        result, doubts = _record(rows, source, at)
        held = [*rows.held, *_refused(rows, result)]
        if held:
            waiting = [_kept(one, uplinks[one.uplink], at) for one in held]
            sensors.quarantine(source=source.batch_source, rows=waiting, at=at)
            if source.learning:
                noting.learn(held, uplinks, source, at=at)
        taken = _account(_Work(uplinks, new, rows, held, result, doubts))
        noting.heard((uplink for _place, uplink in new), source, at=at)
        noting.count(taken, len(uplinks), source, at=at)
    return taken


def _record(rows: Sorted, source: Source, at: datetime) -> tuple[sensor_types.BatchResult, int]:
    """Record the columns; returns what became of them and how many carry a doubt."""
    if not rows.stream:
        return sensor_types.BatchResult(None), 0
    readings = assess(readings=rows.readings())
    return sensors.record(readings=readings, source=source.batch_source, at=at), flagged(readings)


def _refused(rows: Sorted, result: sensor_types.BatchResult) -> list[Held]:
    """What the table did not take, and values that a later one of the same call contradicts."""
    held = [Held(rows.uplink[one.row], rows.key[one.row], one.reason, one.detail) for one in result.rejected]
    if result.superseded:
        last = {_place(rows, row): row for row in range(len(rows.stream))}
        for row in result.superseded:
            if _reading(rows, row) != _reading(rows, last[_place(rows, row)]):
                detail = "a later value of the same call has another result for this time"
                held.append(Held(rows.uplink[row], rows.key[row], Reason.SUPERSEDED, detail))
    return held


def _place(rows: Sorted, row: int) -> tuple[int, int, int]:
    return rows.stream[row], rows.time[row], rows.span[row]


def _reading(rows: Sorted, row: int) -> str:
    """Two NaN differ, their texts do not."""
    return repr((rows.value[row] * rows.factor[row] + rows.offset[row], rows.extra[row]))


def _kept(one: Held, uplink: Uplink, at: datetime) -> sensor_types.QuarantineRow:
    moment = uplink.times.get(one.key) or uplink.time or at
    return sensor_types.QuarantineRow(
        payload=payload(uplink, one.key, at=at),
        reason=one.reason,
        detail=one.detail,
        occurred_at=moment if moment.tzinfo is not None and FIRST_YEAR <= moment.year <= LAST_YEAR else None,
    )


@dataclass(frozen=True, slots=True)
class _Work:
    """What one call did, for its account."""

    uplinks: Sequence[Uplink]
    new: Sequence[tuple[int, Uplink]]
    rows: Sorted
    held: Sequence[Held]
    result: sensor_types.BatchResult
    doubts: int


def _account(work: _Work) -> Taken:
    """Each value is counted once: what gave way to an equal one of the same call is unchanged."""
    waiting = Counter(one.uplink for one in work.held)
    reasons = {one.uplink: one.reason for one in reversed(work.held)}
    unwanted = Counter(work.rows.ignored)
    new = {place for place, _uplink in work.new}
    outcomes = []
    for place, uplink in enumerate(work.uplinks):
        if place not in new:
            outcomes.append(Outcome(duplicate=True))
            continue
        quarantined, ignored = waiting[place], unwanted[place]
        stored = max(len(uplink.values) - quarantined - ignored, 0)
        outcomes.append(Outcome(stored, quarantined, ignored, reason=reasons.get(place, "")))
    stored = sum(outcome.stored for outcome in outcomes)
    return Taken(
        accepted=work.result.accepted,
        corrected=work.result.corrected,
        unchanged=stored - work.result.accepted - work.result.corrected,
        flagged=work.doubts,
        ignored=len(work.rows.ignored),
        quarantined=len(work.held),
        duplicates=len(work.uplinks) - len(new),
        outcomes=tuple(outcomes),
    )
