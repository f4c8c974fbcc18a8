"""Pages of observations as they are asked for most, read column by column and written straight as JSON text.

A thousand rows travel as eight arrays in binary form, and their times become text in one go; row by row, both cost
more than all else of such a page (docs/decisions/0011-fast-reading.md). Rows with a JSON tail are written the long way.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from apps.sensors.selectors.arrays import NEVER, read_array
from apps.sensorthings import database
from apps.sensorthings.compiling import ordering
from apps.sensorthings.entities import OBSERVATIONS
from apps.sensorthings.reading import levels, lines
from apps.sensorthings.reading.columns import ID, Row, ending, written
from apps.sensorthings.reading.levels import Base, Level
from apps.sensorthings.sql import fill

_KINDS = {"id": "int8", "datastream_id": "int4", "phenomenon_time": "time", "span": "int4"}
"""The columns that order a sheet, and how they travel."""
_COLUMNS = (
    "a0.id, a0.datastream_id, a0.phenomenon_time, a0.span, coalesce(a0.result_time, '-infinity'), a0.result,"
    " a0.extra::text"
)
_ARRAYS = """
SELECT array_send(array_agg(id)), array_send(array_agg(stream)), array_send(array_agg(time)),
    array_send(array_agg(span)), array_send(array_agg(known)), array_send(array_agg(result)),
    array_send(array_agg(id) FILTER (WHERE tail IS NOT NULL)),
    array_send(array_agg(tail) FILTER (WHERE tail IS NOT NULL))
FROM ($page) AS q (id, stream, time, span, known, result, tail)
"""


_OPTIONS = orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NAIVE_UTC | orjson.OPT_UTC_Z
Times = npt.NDArray[np.int64]


@dataclass(slots=True)
class Sheet:
    """The rows of a page, column by column; times in µs UTC. ``tails``: the JSON of the rows that have one, by id."""

    level: Level
    fetched: int
    keys: dict[str, npt.NDArray[Any]]
    known: Times
    result: npt.NDArray[np.float64]
    tails: dict[int, str]

    def text(self, root: str) -> bytes:
        """The rows as JSON objects with commas between."""
        if not len(self.result):
            return b""
        columns = _json(self.keys["id"]), self._times(), self._known(), _json(self.result)
        if not self.tails:
            return lines.together(root, *columns).encode()
        made = list(map(lines.writer(root), *columns))
        for place, key in enumerate(self.keys["id"].tolist()):
            if key in self.tails:
                made[place] = orjson.dumps(self.level.columns.document(self._row(place))).decode()
        return ",".join(made).encode()

    def token(self) -> str:
        """The place after these rows; empty when nothing comes after them."""
        if self.fetched <= self.level.limit:
            return ""
        return ordering.token([self._key(key.sql.rpartition(".")[2]) for key in self.level.order])

    def _key(self, name: str) -> int | str:
        last = self.keys[name][-1:]
        return _bare(last)[0] if name == "phenomenon_time" else int(last[0])

    def _times(self) -> list[str]:
        """Moments, or periods where a row has a span."""
        begins, span = moments(self.keys["phenomenon_time"]), self.keys["span"]
        if not span.any():
            return begins
        ends = moments(self._ends())
        pairs = zip(begins, ends, span.tolist(), strict=True)
        return [f"{begin[:-1]}/{end[1:]}" if seconds else begin for begin, end, seconds in pairs]

    def _ends(self) -> Times:
        found: Times = self.keys["phenomenon_time"] + self.keys["span"] * np.int64(1_000_000)
        return found

    def _known(self) -> list[str]:
        unknown = self.known == NEVER
        if unknown.all():
            return ["null"] * len(unknown)
        texts = moments(np.where(unknown, 0, self.known))
        return ["null" if one else text for one, text in zip(unknown.tolist(), texts, strict=True)]

    def _row(self, place: int) -> Row:
        """A row as the level's documents are made of."""
        one = slice(place, place + 1)
        number, key = float(self.result[place]), int(self.keys["id"][place])
        values = {
            written("a0.phenomenon_time"): _bare(self.keys["phenomenon_time"][one])[0],
            ending(OBSERVATIONS.properties["phenomenonTime"], "a0"): (
                _bare(self._ends()[one])[0] if self.keys["span"][place] else None
            ),
            written("a0.result_time"): None if self.known[place] == NEVER else _bare(self.known[one])[0],
            "a0.result": None if math.isnan(number) else number,
            "a0.extra::text": self.tails[key],
        }
        row: list[Any] = [values.get(sql) for sql in self.level.columns.sql]
        row[ID] = key
        return tuple(row)


def fits(found: Level, base: Base) -> bool:
    """Whether a page can be read as a sheet: whole observations along their own order, nothing expanded."""
    wanted = found.options
    plain = found.entity is OBSERVATIONS and not wanted.select and not wanted.expand and wanted.format == "default"
    own = all(key.sql.startswith("a0.") and key.sql[3:] in _KINDS for key in found.order)
    return plain and own and base.id is None and levels.walkable(base)


def read(found: Level, base: Base) -> Sheet:
    """One page. Raises BadQuery, TookTooLong, TooCostly."""
    statement, params = levels.page(found, base, columns=_COLUMNS)
    fields = database.array_row(fill(_ARRAYS, page=statement), params, planned_once=found.planned_once)
    kinds = [*_KINDS.values(), "time", "float8", "int8", "text"]
    *columns, odd, tails = map(read_array, kinds, fields)  # type: ignore[arg-type]  # the kinds it knows
    fetched = len(columns[0])
    keys = {name: column[: found.limit] for name, column in zip(_KINDS, columns, strict=False)}
    known, result = (column[: found.limit] for column in columns[len(_KINDS) :])
    return Sheet(found, fetched, keys, known, result, dict(zip(odd.tolist(), tails, strict=True)))


def moments(times: Times) -> list[str]:
    """Times in µs UTC as JSON: ISO 8601 in UTC, with as many decimals as they have."""
    found = times.astype("M8[us]")
    if not (times % 1_000_000).any():
        return _json(found)
    return [f'"{text.rstrip("0").rstrip(".")}Z"' for text in np.datetime_as_string(found).tolist()]


def _bare(times: Times) -> list[str]:
    """Times as the database writes them, in UTC and without a zone."""
    return [text[1:-2].replace("T", " ") for text in moments(times)]


def _json(values: npt.NDArray[Any]) -> list[str]:
    """Numbers or times one by one as JSON; NaN is null."""
    return orjson.dumps(values, option=_OPTIONS)[1:-1].decode().split(",")
