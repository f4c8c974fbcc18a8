"""Values that waited for a mapping, taken in after all: each once, and again from where it stopped after a kill."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from apps.core import duties
from apps.core.errors import LeaseLost
from apps.sensors import selectors as sensor_selectors
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types
from apps.sources.models import Mapping as MappingRow
from apps.sources.models import Replaying, Source
from apps.sources.services.plausibility import assess
from apps.sources.services.routing import routes
from apps.sources.services.sorting import sort
from apps.sources.types import SOURCE_PREFIX, WILDCARD, Uplink

BLOCK = 500
BLOCKS_A_RUN = 20
LEASE_S = 120.0
SETTLES = timedelta(seconds=30)
"""A call that was under way when the mapping was made may put a row in quarantine a little later: look once more."""


def replay_due(*, at: datetime, limit: int = 10) -> int:
    """Carry out the duties of mappings; returns how many waiting rows were taken in or set aside."""
    done = 0
    for duty in duties.claim(
        Replaying.objects.select_related("mapping__source"), at=at, limit=limit, lease_seconds=LEASE_S
    ):
        try:
            done += _carry_out(duty, at)
        except LeaseLost:
            continue
    return done


def replay(*, mapping: MappingRow, at: datetime) -> int:
    """Take in what waits for this mapping now, all of it; returns how many rows were taken in or set aside."""
    return sum(_settled(mapping, block, at) for block in _blocks(mapping, after=0))


def resolve(source: str, payload: str, /) -> sensor_types.Readings | None:
    """The reading in a row that waits for a mapping, converted and judged; None when it still has no place.

    ``source`` is the row's source (``source:<slug>``).
    """
    slug = source.removeprefix(SOURCE_PREFIX)
    row = Source.objects.filter(slug=slug).first() if slug != source else None
    uplink = uplink_in(payload)
    if row is None or uplink is None:
        return None
    at = uplink.time
    if at is None:
        return None
    found = sort([(0, uplink)], routes(row, {uplink.device}), at=at)
    return assess(readings=found.readings()) if found.stream else None


def uplink_in(payload: str) -> Uplink | None:
    """The single value that a quarantined payload holds; None when it holds none that could be stored."""
    try:
        kept = json.loads(payload)
    except (ValueError, RecursionError):
        return None
    if not isinstance(kept, dict) or not kept.get("key") or "value" not in kept:
        return None
    try:
        moment = datetime.fromisoformat(str(kept["time"]))
        told = datetime.fromisoformat(kept["resultTime"]) if kept.get("resultTime") else None
        span = int(kept.get("span", 0))
    except (KeyError, ValueError, TypeError):
        return None
    key, unit = str(kept["key"]), kept.get("unit")
    beside = kept.get("beside")
    return Uplink(
        device=str(kept.get("device", "")),
        time=moment,
        span=span,
        result_time=told,
        beside=beside if isinstance(beside, dict) else {},
        values={key: kept["value"]},
        units={key: str(unit)} if unit else {},
    )


def _carry_out(duty: Replaying, at: datetime) -> int:
    """Some blocks of one duty, its cursor moved after each; the rest is for the next run."""
    done = 0
    for number, block in enumerate(_blocks(duty.mapping, after=duty.cursor), start=1):
        settled = _settled(duty.mapping, block, at)
        done += settled
        duties.renew(duty, at=at, lease_seconds=LEASE_S)
        _advance(duty, max(block), settled)
        if number == BLOCKS_A_RUN:
            duties.settle(duty, at=at, next_attempt_at=at)
            return done
    again = duty.mapped_at + SETTLES
    if at < again:
        _advance(duty, 0, 0)
        duties.settle(duty, at=at, next_attempt_at=again)
    else:
        duties.settle(duty, at=at, next_attempt_at=None)
    return done


def _advance(duty: Replaying, cursor: int, settled: int) -> None:
    duty.cursor, duty.replayed = cursor, duty.replayed + settled
    Replaying.objects.filter(pk=duty.pk, lease=duty.lease).update(cursor=duty.cursor, replayed=duty.replayed)


def _blocks(mapping: MappingRow, *, after: int) -> Iterable[Mapping[int, str]]:
    """The source's waiting rows by id, some at a time, oldest first."""
    rows = sensor_selectors.quarantined(source=mapping.source.batch_source)
    while True:
        block = dict(rows.filter(pk__gt=after).values_list("pk", "payload")[:BLOCK])
        if not block:
            return
        yield block
        after = max(block)


def _settled(mapping: MappingRow, block: Mapping[int, str], at: datetime) -> int:
    """Take in the rows of a block that wait for this mapping, or set them aside when the value is not wanted."""
    wanted = [pk for pk, payload in block.items() if _waits_for(mapping, payload)]
    if not wanted:
        return 0
    if mapping.datastream_id is None:
        return sensors.dismiss(ids=wanted, at=at)
    return len(sensors.replay(ids=wanted, resolver=resolve, at=at).replayed)


def _waits_for(mapping: MappingRow, payload: str) -> bool:
    try:
        kept: Any = json.loads(payload)
    except (ValueError, RecursionError):
        return False
    if not isinstance(kept, dict) or kept.get("key") != mapping.payload_key:
        return False
    return mapping.device_key in {WILDCARD, kept.get("device")}
