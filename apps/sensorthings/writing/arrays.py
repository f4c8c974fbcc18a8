"""POST CreateObservations (OGC 18-088, section 12.2.2): many rows as arrays, answered row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from apps.accounts import selectors as accounts
from apps.core import clock
from apps.core.errors import Invalid, NotPermitted, OwlError, TooLarge
from apps.sensors import selectors as sensors
from apps.sensors import services
from apps.sensors.types import Readings, micros
from apps.sensorthings.entities import FEATURES_OF_INTEREST
from apps.sensorthings.paths import MAX_ID
from apps.sensorthings.writing import creating, times, values
from apps.sensorthings.writing.bodies import as_list, as_object
from apps.sensorthings.writing.creating import SOURCE
from apps.sensorthings.writing.drafts import link_id
from apps.sensorthings.writing.observing import refusal
from apps.sensorthings.writing.reach import Reach
from apps.sensorthings.writing.rights import RIGHT, Writer

MAX_ROWS = 200_000
FEATURE = "FeatureOfInterest/id"
COMPONENTS = (
    "result",
    "phenomenonTime",
    "resultTime",
    "resultQuality",
    "validTime",
    "parameters",
    FEATURE,
)


def create(body: Any, reach: Reach) -> list[OwlError | int]:
    """Write all rows that can be written, in one transaction; per row, in their order, its id or what is wrong with it.

    Rows of one request with the same datastream and time are one observation: the last of them holds. Raises Invalid
    for a body whose frame cannot be understood, TooLarge for more than 200,000 rows.
    """
    groups = [_Group(item, f"{place}") for place, item in enumerate(as_list(body, part="body"))]
    if sum(len(group.rows) for group in groups) > MAX_ROWS:
        raise TooLarge(f"At most {MAX_ROWS} rows a request.", part="dataArray", remedy="Send them in parts.")
    _refuse(groups, reach.writer)
    parts = [group.readings(reach) for group in groups]
    places = [group.places for group in groups]
    outcomes: list[list[OwlError | int]] = [group.outcomes for group in groups]
    if any(map(len, parts)):
        _record(parts, places, outcomes)
    return [outcome for one in outcomes for outcome in one]


class _Group:
    """One element of the body: rows of one datastream. ``outcomes`` fill up; ``places`` are the rows still good."""

    def __init__(self, item: Any, part: str) -> None:
        given = as_object(item, part=part)
        self.stream = values.small_id(link_id(given.get("Datastream"), part=f"{part}/Datastream"), part="Datastream")
        self.components = _components(given.get("components"), part)
        self.rows = as_list(given.get("dataArray"), part=f"{part}/dataArray")
        self.outcomes: list[OwlError | int] = [0] * len(self.rows)
        self.places: npt.NDArray[np.intp] = np.arange(len(self.rows))
        self.refused = False

    def refuse(self, error: OwlError) -> None:
        """No row of this group may be written."""
        self.outcomes = [error] * len(self.rows)
        self.refused = True

    def readings(self, reach: Reach) -> Readings:
        """The good rows as columns."""
        if self.refused:
            self.places = np.empty(0, dtype=np.intp)
        found = None if self.refused else self._plain()
        return found if found is not None else self._row_by_row(reach)

    def _plain(self) -> Readings | None:
        """All rows at once, where they are only numbers with times written alike; None where they are not."""
        width = len(self.components)
        if not set(self.components) <= {"phenomenonTime", "result", "resultTime"} or not self.rows:
            return None
        if any(type(row) is not list or len(row) != width for row in self.rows):
            return None
        columns = dict(zip(self.components, zip(*self.rows, strict=True), strict=True))
        results = columns["result"]
        time = times.plain_instants(columns.get("phenomenonTime", ()))
        late = times.plain_instants(columns["resultTime"]) if "resultTime" in columns else None
        if time is None or (late is None and "resultTime" in columns) or not {*map(type, results)} <= {int, float}:
            return None
        try:
            numbers = np.array(results, dtype=np.float64)
        except OverflowError:
            return None
        if not np.isfinite(numbers).all():
            return None
        streams = np.full(len(time), self.stream, dtype=np.int32)
        return Readings.build(datastream=streams, time=time, result=numbers, result_time=late)

    def _row_by_row(self, reach: Reach) -> Readings:
        now = micros(clock.now())
        if FEATURE in self.components:  # asked for all rows at once; each then finds its answer
            reach.among(FEATURES_OF_INTEREST, self._features())
        good: list[dict[str, Any]] = []
        places = []
        for place in self.places.tolist():
            try:
                good.append(self._row(self.rows[place], now + place, reach))
                places.append(place)
            except OwlError as error:
                self.outcomes[place] = error
        self.places = np.array(places, dtype=np.intp)
        return creating.readings(good)

    def _features(self) -> set[int]:
        column = self.components.index(FEATURE)
        named = [row[column] for row in self.rows if isinstance(row, list) and len(row) > column]
        return {key for key in named if type(key) is int and 0 < key <= MAX_ID}

    def _row(self, cells: Any, now: int, reach: Reach) -> dict[str, Any]:
        if not isinstance(cells, list) or len(cells) != len(self.components):
            raise Invalid(f"A row has {len(self.components)} values, one per component.", part="dataArray")
        given = dict(zip(self.components, cells, strict=True))
        named = given.pop(FEATURE, None)
        links = {"datastream_id": self.stream}
        if named is not None:
            key = link_id({"@iot.id": named}, part=FEATURE)
            reach.require_link(FEATURES_OF_INTEREST, key, part=FEATURE)
            links["feature_id"] = creating.feature(key)
        return creating.row(given, links, now)


def _components(value: Any, part: str) -> list[str]:
    names = as_list(value, part=f"{part}/components")
    named = [FEATURE if name == "FeatureOfInterest/@iot.id" else name for name in names]
    unknown = [name for name in named if name not in COMPONENTS]
    if unknown or "result" not in named or len(set(named)) != len(named):
        raise Invalid(f"components are result and, each once: {', '.join(COMPONENTS[1:])}.", part=f"{part}/components")
    return named


def _refuse(groups: Sequence[_Group], writer: Writer) -> None:
    """Close the groups whose thing the writer holds no right on."""
    if writer.everything:
        return
    things = sensors.things_of_streams(datastream_ids={group.stream for group in groups})
    held = accounts.holders_among(
        user_ids=[writer.user.pk], permission=RIGHT, model=sensors.things().model, keys=set(things.values())
    )
    for group in groups:
        if (writer.user.pk, things.get(group.stream, 0)) not in held:
            group.refuse(NotPermitted("You hold no right to write this datastream.", part="Datastream"))


def _record(
    parts: Sequence[Readings], places: Sequence[npt.NDArray[np.intp]], outcomes: list[list[OwlError | int]]
) -> None:
    """Write the parts as one and spread what became of their rows."""
    result = services.record(readings=creating.join(parts), source=SOURCE, at=clock.now())
    wrong = {rejection.row: refusal(rejection) for rejection in result.rejected}
    ids, start = result.ids.tolist(), 0
    for own, into in zip(places, outcomes, strict=True):
        for offset, place in enumerate(own.tolist()):
            into[place] = wrong.get(start + offset) or ids[start + offset]
        start += len(own)
