"""POST of an entity, alone or with others inside: all of it in one transaction, or nothing (OGC 18-088, 10.2.1)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import orjson
from django.db import transaction

from apps.core import clock
from apps.core.errors import Invalid
from apps.sensors import services
from apps.sensors.types import Readings, micros
from apps.sensorthings.entities import (
    DATASTREAMS,
    FEATURE_OFFSET,
    FEATURES_OF_INTEREST,
    OBSERVATIONS,
    THINGS,
    EntityType,
    Navigation,
    target_of,
)
from apps.sensorthings.writing import values
from apps.sensorthings.writing.drafts import Draft
from apps.sensorthings.writing.reach import Reach, bearing
from apps.sensorthings.writing.rights import things_of

SOURCE = "sensorthings"


@transaction.atomic
def create(draft: Draft, reach: Reach) -> int:
    """Make the entity with all inside it; returns its id.

    Raises Invalid, NotFound or Conflict naming the part, and NotPermitted unless every thing it bears on may be
    written and every entity it links to is reached; then nothing was made.
    """
    return _Maker(reach, clock.now()).all(draft)


def inverse(entity: EntityType, navigation: Navigation) -> Navigation:
    """The relation back: the field by which the target of ``navigation`` points to ``entity``."""
    for back in target_of(navigation).navigations.values():
        if back.target == entity.name and back.field:
            return back
    raise Invalid(f"{navigation.name} cannot be set from {entity.singular}.", part=navigation.name)


@dataclass(slots=True)
class _Maker:
    """One deep insert. Observations wait until everything else is there and then come in one batch."""

    reach: Reach
    at: datetime
    fresh_things: set[int] = field(default_factory=set)
    touched: set[int] = field(default_factory=set)
    observations: list[tuple[Draft, dict[str, int]]] = field(default_factory=list)

    def all(self, draft: Draft) -> int:
        """Make the tree, then ask whether its things may be written: what is refused is rolled back."""
        if draft.entity is OBSERVATIONS:
            self._take(draft, {})
            return self._finish(draft)
        key = self._make(draft, {})
        self._finish(draft)
        return key

    def _finish(self, root: Draft) -> int:
        self._permit(root)
        ids = self._record()
        for thing in self.fresh_things:
            self.reach.writer.keep(thing)
        return ids[0] if ids else 0

    def _permit(self, root: Draft) -> None:
        streams = {links["datastream_id"] for _draft, links in self.observations}
        self.touched |= things_of(streams)
        if self.fresh_things:
            self.reach.writer.require_new()
        old = self.touched - self.fresh_things
        if old or not self.fresh_things:
            self.reach.writer.require_things(old)

    def _make(self, draft: Draft, given: dict[str, int]) -> int:
        """Make one entity: first what it points to, then itself, then what points to it."""
        if draft.entity is OBSERVATIONS:
            self._take(draft, given)
            return 0
        columns = values.columns(draft.entity, values.complete(draft.entity, draft.properties))
        links = given | self._forward(draft)
        key = services.create_entity(noun=values.NOUNS[draft.entity.name], values={**columns, **links}, at=self.at)
        self._note(draft.entity, key, links)
        for name, targets in draft.links.items():
            navigation = draft.entity.navigations[name]
            if not navigation.field:
                self._backward(draft.entity, navigation, key, targets)
        return key

    def _forward(self, draft: Draft) -> dict[str, int]:
        """The columns of links to single entities, making those that are inline."""
        found = {}
        for name, targets in draft.links.items():
            navigation = draft.entity.navigations[name]
            if navigation.field and targets:
                found[f"{navigation.field}_id"] = self._single(navigation, targets)
        return found

    def _single(self, navigation: Navigation, targets: list[int | Draft]) -> int:
        if len(targets) > 1:
            raise Invalid("This node keeps one place of a thing at a time.", part=navigation.name)
        target = targets[0]
        if isinstance(target, Draft):
            return self._make(target, {})
        if navigation.target == DATASTREAMS.name:  # whether it may be written is asked with those of all observations
            return target
        self.reach.require_link(target_of(navigation), target, part=navigation.name)
        return feature(target) if navigation.target == FEATURES_OF_INTEREST.name else target

    def _backward(self, entity: EntityType, navigation: Navigation, key: int, targets: Iterable[int | Draft]) -> None:
        back = inverse(entity, navigation)
        for target in targets:
            if isinstance(target, Draft):
                self._make(target, {f"{back.field}_id": key})
                continue
            noun = values.NOUNS.get(navigation.target)
            if noun is None:
                raise Invalid("An observation is linked by changing the observation.", part=navigation.name)
            self.reach.require_link(target_of(navigation), target, part=navigation.name)
            self.touched |= bearing(target_of(navigation), target)
            services.update_entity(noun=noun, key=target, values={f"{back.field}_id": key}, at=self.at)

    def _note(self, entity: EntityType, key: int, links: dict[str, int]) -> None:
        """Remember which things this bears on."""
        if entity is THINGS:
            self.fresh_things.add(key)
        if "thing_id" in links:
            self.touched.add(links["thing_id"])

    def _take(self, draft: Draft, given: dict[str, int]) -> None:
        links = given | self._forward(draft)
        if "datastream_id" not in links:
            raise Invalid("An observation needs its Datastream.", part=f"{draft.part}/Datastream".strip("/"))
        self.observations.append((draft, links))

    def _record(self) -> list[int]:
        if not self.observations:
            return []
        now = micros(self.at)
        rows = [row(draft.properties, links, now + n) for n, (draft, links) in enumerate(self.observations)]
        result = services.record(readings=readings(rows), source=SOURCE, at=self.at)
        if result.rejected:
            first = result.rejected[0]
            part = self.observations[first.row][0].part or "Datastream"
            raise Invalid(f"{first.reason}: {first.detail}.", part=part)
        return [int(key) for key in result.ids]


def row(properties: Mapping[str, Any], links: Mapping[str, int], now: int) -> dict[str, Any]:
    """The columns of one observation; without a time it is of ``now`` (µs UTC; OGC 18-088, section 10.2.1)."""
    columns, extra = values.observation(values.complete(OBSERVATIONS, properties))
    kept = {name: value for name, value in extra.items() if value is not None}
    return {
        "time": now,
        "span": 0,
        "result": math.nan,
        "result_time": -1,
        **columns,
        "datastream": values.small_id(links["datastream_id"], part="Datastream"),
        "feature": values.small_id(links.get("feature_id", 0), part="FeatureOfInterest"),
        "extra": orjson.dumps(kept).decode() if kept else None,
    }


def readings(rows: Sequence[Mapping[str, Any]]) -> Readings:
    """Rows as columns; columns that are empty throughout are left out, which is the fast way."""
    extra = [one["extra"] for one in rows]
    return Readings.build(
        **{name: [one[name] for one in rows] for name in ("datastream", "time", "span", "result")},
        result_time=_unless_empty([one["result_time"] for one in rows], -1),
        feature=_unless_empty([one["feature"] for one in rows], 0),
        extra=extra if any(extra) else None,
    )


def join(parts: Sequence[Readings]) -> Readings:
    """Several readings as one."""
    if len(parts) == 1:
        return parts[0]
    sizes = [len(part) for part in parts]
    extra = [text for part in parts for text in (part.extra or [None] * len(part))]
    return Readings(
        datastream=np.concatenate([part.datastream for part in parts]),
        time=np.concatenate([part.time for part in parts]),
        span=np.concatenate([part.span for part in parts]),
        result=np.concatenate([part.result for part in parts]),
        result_time=_filled([part.result_time for part in parts], sizes, -1, np.int64),
        feature=_filled([part.feature for part in parts], sizes, 0, np.int32),
        extra=extra if any(extra) else None,
    )


def feature(key: int) -> int:
    """A feature's own id; the place of a thing seen as a feature becomes a row of its own when it is named."""
    return services.feature_of_location(location_id=key - FEATURE_OFFSET) if key >= FEATURE_OFFSET else key


def _unless_empty(column: list[int], nothing: int) -> list[int] | None:
    return column if any(value != nothing for value in column) else None


def _filled(columns: Sequence[Any], sizes: Sequence[int], nothing: int, kind: type[np.generic]) -> Any:
    """The columns one after the other, those that are missing filled up; None where all are missing."""
    if all(column is None for column in columns):
        return None
    pairs = zip(columns, sizes, strict=True)
    return np.concatenate([np.full(size, nothing, dtype=kind) if column is None else column for column, size in pairs])
