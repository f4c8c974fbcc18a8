"""Plausibility: readings outside the rules of their observed property are marked as doubtful, never dropped.

A doubt is ``{"quality": {"flag": "suspect", "rules": ["range", "jump", "stuck"]}}`` in the reading's extra. Whether a
reading is doubted follows from the rules and from what is stored before it, so the same reading again is doubted alike.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from apps.sensors.models import Datastream
from apps.sensors.types import Readings
from apps.sources.models import PlausibilityRule
from apps.sources.selectors.context import Before, before

SUSPECT = '"flag":"suspect"'
FRESH_S = 5.0
"""How long the rules are kept in a process: a rule changed in another process holds after so many seconds."""

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as numbers; NaN where it judges nothing, ``stuck_readings`` 0 likewise."""

    minimum: float
    maximum: float
    max_jump: float
    jump_us: float
    stuck_readings: float
    stuck_us: float


class Rules:
    """The rules in force by observed property, read again every few seconds: with none, judging costs nothing."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0
        self._rules: dict[int, Rule] = {}

    def active(self) -> dict[int, Rule]:
        """The rules that are switched on."""
        now = time.monotonic()
        with self._lock:
            if now >= self._until:
                self._rules = {
                    row.observed_property_id: _rule(row) for row in PlausibilityRule.objects.filter(enabled=True)
                }
                self._until = now + FRESH_S
            return self._rules

    def forget(self) -> None:
        """Read them anew the next time: one was changed here."""
        with self._lock:
            self._until = 0.0


rules = Rules()


def assess(*, readings: Readings) -> Readings:
    """The same readings, those that break a rule of their observed property marked in ``extra``.

    Only finite numbers are judged. Without any rule the readings come back as they are, without a query.
    """
    active = rules.active()
    if not active or not len(readings):
        return readings
    streams = np.unique(readings.datastream)
    observed = Datastream.objects.filter(pk__in=streams.tolist(), observed_property__in=list(active))
    judged = {pk: active[prop] for pk, prop in observed.values_list("pk", "observed_property_id")}
    if not judged:
        return readings
    chosen = np.flatnonzero(np.isin(readings.datastream, list(judged)) & np.isfinite(readings.result))
    order = chosen[np.lexsort((readings.time[chosen], readings.span[chosen], readings.datastream[chosen]))]
    doubts = _doubts(readings.take(order), judged)
    return _marked(readings, order, doubts)


def flagged(readings: Readings) -> int:
    """How many of the readings carry a doubt."""
    return sum(text is not None and SUSPECT in text for text in readings.extra or ())


def _rule(row: PlausibilityRule) -> Rule:
    stuck = row.stuck_readings is not None or row.stuck_seconds is not None
    return Rule(
        minimum=-np.inf if row.minimum is None else row.minimum,
        maximum=np.inf if row.maximum is None else row.maximum,
        max_jump=np.inf if row.max_jump is None else row.max_jump,
        jump_us=row.jump_seconds * 1e6,
        stuck_readings=float(row.stuck_readings or 2) if stuck else np.inf,
        stuck_us=(row.stuck_seconds or 0) * 1e6,
    )


def _doubts(rows: Readings, judged: dict[int, Rule]) -> dict[str, Mask]:
    """Which rows break which rule; ``rows`` are sorted by (datastream, span, time)."""
    if not len(rows):
        return {}
    table = np.array([
        (rule.minimum, rule.maximum, rule.max_jump, rule.jump_us, rule.stuck_readings, rule.stuck_us)
        for rule in judged.values()
    ])  # fmt: skip
    ids = np.array(list(judged))
    sort = np.argsort(ids)
    minimum, maximum, max_jump, jump_us, stuck_readings, stuck_us = table[sort][
        np.searchsorted(ids[sort], rows.datastream)
    ].T
    doubts = {"range": (rows.result < minimum) | (rows.result > maximum)}
    moving, sticking = np.isfinite(max_jump), np.isfinite(stuck_readings)
    if not (moving.any() or sticking.any()):
        return doubts
    first = _firsts(rows)
    known = before(rows.take(np.flatnonzero(first)), stuck=sticking[first])
    doubts["jump"] = moving & _jumps(rows, first, known, max_jump, jump_us)
    if sticking.any():
        doubts["stuck"] = sticking & _stuck(rows, first, known, stuck_readings, stuck_us)
    return doubts


def _firsts(rows: Readings) -> Mask:
    """Where a new series (datastream and span) begins."""
    same = (rows.datastream[1:] == rows.datastream[:-1]) & (rows.span[1:] == rows.span[:-1])
    return np.concatenate(([True], ~same))


def _jumps(rows: Readings, first: Mask, known: Before, max_jump: Floats, jump_us: Floats) -> Mask:
    """Whether the change since the reading before is greater than the rule allows for the time between them."""
    value, moment = np.empty(len(rows)), np.empty(len(rows))
    value[1:], moment[1:] = rows.result[:-1], rows.time[:-1]
    value[first], moment[first] = known.value, known.time
    elapsed = np.maximum((rows.time - moment) / jump_us, 1.0)
    found: Mask = np.abs(rows.result - value) > max_jump * elapsed
    return found


def _stuck(rows: Readings, first: Mask, known: Before, readings: Floats, microseconds: Floats) -> Mask:
    """Whether a reading ends a run of equal values that is too long; a run may have begun before these rows."""
    changes = np.concatenate(([True], rows.result[1:] != rows.result[:-1])) | first
    starts = np.flatnonzero(changes)
    run = np.cumsum(changes) - 1
    length = np.arange(len(rows)) - starts[run] + 1.0
    since = rows.time[starts][run].astype(np.float64)
    series = np.cumsum(first) - 1
    goes_on = first[starts][run] & (known.run_length[series] > 0)
    length[goes_on] += known.run_length[series][goes_on]
    since[goes_on] = known.run_since[series][goes_on]
    found: Mask = (length >= readings) & (rows.time - since >= microseconds)
    return found


def _marked(readings: Readings, order: npt.NDArray[np.intp], doubts: dict[str, Mask]) -> Readings:
    broken: dict[int, list[str]] = {}
    for name, mask in doubts.items():
        for row in order[mask].tolist():
            broken.setdefault(row, []).append(name)
    if not broken:
        return readings
    extra: list[str | None] = [None] * len(readings) if readings.extra is None else list(readings.extra)
    for row, names in broken.items():
        extra[row] = _doubted(extra[row], names)
    return replace(readings, extra=extra)


def _doubted(text: str | None, names: list[str]) -> str | None:
    """The extra with a doubt; what the sender itself said of the quality is kept beside it."""
    try:
        extra = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return text  # no storable extra: the table refuses this row with its reason
    if not isinstance(extra, dict):
        return text
    quality = extra.get("quality")
    said = {} if quality is None else quality if isinstance(quality, dict) else {"reported": quality}
    extra["quality"] = said | {"flag": "suspect", "rules": names}
    return json.dumps(extra, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
