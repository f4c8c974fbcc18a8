"""Uplinks value by value: those that have a place and a number become columns, the others are held with a reason."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from apps.sensors import types as sensor_types
from apps.sources.services.routing import Keys, Route, Routes
from apps.sources.types import MAX_NAME, Reason, Uplink

AHEAD = timedelta(days=1)
"""How far a device's clock may run ahead before its readings are held: one from next year would be the latest for a
year."""
MAX_RAW = 20_000
DIGITS = 9
UNUSABLE = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Held:
    """A value that cannot be stored now; ``key`` '' means the uplink as a whole."""

    uplink: int
    key: str
    reason: str
    detail: str = ""


class Hold(Exception):
    """Why a value is held: a stable word and a sentence."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(slots=True)
class Sorted:
    """Columns of the values that go on, and what is held. ``uplink`` and ``key`` say whence each row is."""

    uplink: list[int] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    stream: list[int] = field(default_factory=list)
    time: list[int] = field(default_factory=list)
    span: list[int] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    factor: list[float] = field(default_factory=list)
    offset: list[float] = field(default_factory=list)
    extra: list[str | None] = field(default_factory=list)
    result_time: list[int] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    ignored: list[int] = field(default_factory=list)

    def readings(self) -> sensor_types.Readings:
        """The columns as ``sensors.record`` takes them, converted; 21.499999999999996 is 21.5 again."""
        values = np.array(self.value, dtype=np.float64)
        factor, offset = np.array(self.factor), np.array(self.offset)
        changed = (factor != 1.0) | (offset != 0.0)
        if changed.any():
            values[changed] = np.round(values[changed] * factor[changed] + offset[changed], DIGITS)
        return sensor_types.Readings.build(
            datastream=self.stream,
            time=self.time,
            span=np.array(self.span, dtype=np.int32),
            result=values,
            result_time=self.result_time if max(self.result_time, default=-1) >= 0 else None,
            extra=self.extra if any(text is not None for text in self.extra) else None,
        )


def sort(uplinks: Sequence[tuple[int, Uplink]], routes: Routes, *, at: datetime) -> Sorted:
    """Sort the uplinks (each with its place in the call), value by value."""
    found = Sorted()
    latest = at + AHEAD
    for place, uplink in uplinks:
        if problem := _unusable(uplink):
            found.held.append(Held(place, "", *problem))
            continue
        keys = routes.of(uplink.device)
        told = -1 if uplink.result_time is None else _told(uplink.result_time)
        for key, value in uplink.values.items():
            try:
                route = _route(keys, uplink, key)
                if route.datastream:
                    number, extra = _value(value, route, uplink.beside)
                    time = _moment(uplink.times.get(key) or uplink.time or at, latest)
                    _append(found, (place, key), route, (time, uplink.span, number, told, extra))
                else:
                    found.ignored.append(place)
            except Hold as hold:
                found.held.append(Held(place, key, hold.reason, str(hold)))
    return found


def payload(uplink: Uplink, key: str, *, at: datetime) -> str:
    """What the quarantine keeps of one value: everything that is needed to take it in later, and what came."""
    kept: dict[str, Any] = {"device": uplink.device, "key": key}
    if uplink.device_name:
        kept["name"] = uplink.device_name
    if key:
        moment = uplink.times.get(key) or uplink.time or at
        kept |= {"value": uplink.values[key], "time": moment.isoformat(), "span": uplink.span}
        kept |= {"beside": dict(uplink.beside)} if uplink.beside else {}
        kept |= {"resultTime": uplink.result_time.isoformat()} if uplink.result_time else {}
    else:
        kept["time"] = (uplink.time or at).isoformat()
    if unit := uplink.units.get(key):
        kept["unit"] = unit
    if uplink.counter:
        kept["counter"] = uplink.counter
    if uplink.raw:
        kept["raw"] = uplink.raw[:MAX_RAW]
    return json.dumps(kept, ensure_ascii=False, default=str)


def usable(name: str) -> bool:
    """Whether the database can hold this key."""
    return 0 < len(name) <= MAX_NAME and not UNUSABLE.search(name)


def _append(
    found: Sorted, whence: tuple[int, str], route: Route, reading: tuple[int, int, float, int, str | None]
) -> None:
    time, span, number, told, extra = reading
    found.uplink.append(whence[0])
    found.key.append(whence[1])
    found.result_time.append(told)
    found.stream.append(route.datastream)
    found.time.append(time)
    found.span.append(span)
    found.value.append(number)
    found.factor.append(route.factor)
    found.offset.append(route.offset)
    found.extra.append(extra)


def _unusable(uplink: Uplink) -> tuple[str, str] | None:
    """Why an uplink as a whole cannot be taken."""
    if not usable(uplink.device):
        return Reason.UNUSABLE_NAME, f"{ascii(uplink.device)[:80]} cannot be the key of a device"
    if uplink.problem:
        return uplink.problem, uplink.detail
    return None if uplink.values else (Reason.NO_VALUES, "the message holds no values")


def _route(keys: Keys | None, uplink: Uplink, key: str) -> Route:
    if not usable(key):
        raise Hold(Reason.UNUSABLE_NAME, f"{ascii(key)[:80]} cannot be the key of a value")
    if keys is None:
        raise Hold(Reason.UNKNOWN_DEVICE, f"nobody has mapped the device {uplink.device}")
    route = keys.get(key)
    if route is None:
        raise Hold(Reason.UNKNOWN_KEY, f"nobody has mapped {key} of {uplink.device}")
    unit = uplink.units.get(key)
    if unit is not None and unit != route.unit and route.datastream:
        raise Hold(Reason.UNIT_MISMATCH, f"sent in {unit!r}, mapped as {route.unit!r}")
    return route


def _value(value: object, route: Route, beside: Mapping[str, Any]) -> tuple[float, str | None]:
    """The number (NaN for none) and the extra of one value."""
    if value is None:
        raise Hold(Reason.NO_VALUE, "the value is null")
    if isinstance(value, bool):
        if route.truth:
            return float(value), _extra(beside)
    elif isinstance(value, int | float):
        return _number(value), _extra(beside)
    if route.numeric or route.truth:
        raise Hold(Reason.WRONG_TYPE, f"{ascii(value)[:80]} is no number, and only numbers go to this datastream")
    return math.nan, _extra({**beside, "result": value})


def _extra(beside: Mapping[str, Any]) -> str | None:
    if not beside:
        return None
    text = json.dumps(beside, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    if UNUSABLE.search(text) or "\\u0000" in text:
        raise Hold(Reason.WRONG_TYPE, "the text holds a NUL or half a character")
    return text


def _number(value: float) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Hold(Reason.NOT_FINITE, "the value is no finite number")
    return number + 0.0


def _told(moment: datetime) -> int:
    """A result time; one that names no zone or lies before 1970 is none."""
    return -1 if moment.tzinfo is None else max(sensor_types.micros(moment), -1)


def _moment(moment: datetime, latest: datetime) -> int:
    if moment.tzinfo is None:
        raise Hold(Reason.NAIVE_TIME, f"{moment.isoformat()} names no zone")
    if moment > latest:
        raise Hold(Reason.FUTURE, f"{moment.isoformat()} lies more than a day ahead")
    return sensor_types.micros(moment)
