"""Observations as they are asked for most – everything of them, nothing expanded – written straight as JSON text.

A thousand of them are a page; an object with ten members for each, made only to be written at once, is half of its
processor time (docs/decisions/0011-fast-reading.md). A row that is more than a number at a time takes the long way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import orjson

from apps.sensorthings.entities import OBSERVATIONS
from apps.sensorthings.reading.columns import ID, Row, written
from apps.sensorthings.reading.levels import Level

Line = Callable[[Row], str]


def text(found: Level, rows: Sequence[Row], root: str) -> bytes | None:
    """The rows of a level as JSON objects with commas between; None where a level is none of those."""
    if found.entity is not OBSERVATIONS or found.options.select or found.options.expand:
        return None
    return ",".join(map(_line(found, root), rows)).encode()


def _line(found: Level, root: str) -> Line:
    at = found.columns.sql.index
    alias = found.scope.root
    begin, result_time = at(written(f"{alias}.phenomenon_time")), at(written(f"{alias}.result_time"))
    (end,) = (place for place, sql in enumerate(found.columns.sql) if sql.startswith(f"CASE WHEN {alias}.span > 0"))
    tail, result = at(f"{alias}.extra::text"), at(f"{alias}.result")
    address = f"{root}/{OBSERVATIONS}"
    document = found.columns.document

    def line(row: Row) -> str:
        number = row[result]
        if number is None or row[tail] is not None:
            return orjson.dumps(document(row)).decode()
        key, moment = row[ID], row[begin]
        time = f"{moment[:10]}T{moment[11:]}Z"
        if row[end] is not None:
            time += f"/{row[end][:10]}T{row[end][11:]}Z"
        late = row[result_time]
        known = "null" if late is None else f'"{late[:10]}T{late[11:]}Z"'
        return (
            f'{{"@iot.selfLink":"{address}({key})","@iot.id":{key},"phenomenonTime":"{time}","resultTime":{known},'
            f'"result":{number!r},"Datastream@iot.navigationLink":"{address}({key})/Datastream",'
            f'"FeatureOfInterest@iot.navigationLink":"{address}({key})/FeatureOfInterest"}}'
        )

    return line
