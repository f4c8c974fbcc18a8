"""Observations as they are asked for most – everything of them, nothing expanded – written straight as JSON text.

An object with ten members for each, made only to be written at once, is half of a page's processor time
(docs/decisions/0011-fast-reading.md). A row that is more than a number at a time takes the long way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import orjson

from apps.sensorthings.entities import OBSERVATIONS
from apps.sensorthings.reading.columns import ID, Row, ending, iso, written
from apps.sensorthings.reading.levels import Level

Line = Callable[[Row], str]
Writer = Callable[[int | str, str, str, str], str]
_MARKS = ("\0key\0", "\0time\0", "\0known\0", "\0number\0")
"""Where the columns go: no address holds a zero byte."""


def writer(root: str) -> Writer:
    """Writes an observation of this id, time, result time and result, each as JSON."""
    address = f"{root}/{OBSERVATIONS}"

    def write(key: int | str, time: str, known: str, number: str) -> str:
        return (
            f'{{"@iot.selfLink":"{address}({key})","@iot.id":{key},"phenomenonTime":{time},"resultTime":{known},'
            f'"result":{number},"Datastream@iot.navigationLink":"{address}({key})/Datastream",'
            f'"FeatureOfInterest@iot.navigationLink":"{address}({key})/FeatureOfInterest"}}'
        )

    return write


def together(root: str, keys: Sequence[str], times: Sequence[str], known: Sequence[str], numbers: Sequence[str]) -> str:
    """What the writer makes of these columns, with commas between: one long text is joined at once from its pieces."""
    key, time, result_time, number = _MARKS
    pattern = re.split(f"({'|'.join(_MARKS)})", writer(root)(*_MARKS) + ",")
    columns = {key: keys, time: times, result_time: known, number: numbers}
    pieces = pattern * len(keys)
    for place, piece in enumerate(pattern):
        if piece in columns:
            pieces[place :: len(pattern)] = columns[piece]
    return "".join(pieces)[:-1]


def text(found: Level, rows: Sequence[Row], root: str) -> bytes | None:
    """The rows of a level as JSON objects with commas between; None where a level is none of those."""
    if found.entity is not OBSERVATIONS or found.options.select or found.options.expand:
        return None
    return ",".join(map(_line(found, root), rows)).encode()


def _line(found: Level, root: str) -> Line:
    at = found.columns.sql.index
    alias = found.scope.root
    begin, result_time = at(written(f"{alias}.phenomenon_time")), at(written(f"{alias}.result_time"))
    end = at(ending(OBSERVATIONS.properties["phenomenonTime"], alias))
    tail, result = at(f"{alias}.extra::text"), at(f"{alias}.result")
    write, document = writer(root), found.columns.document

    def line(row: Row) -> str:
        number = row[result]
        if number is None or row[tail] is not None:
            return orjson.dumps(document(row)).decode()
        time = iso(row[begin]) if row[end] is None else f"{iso(row[begin])}/{iso(row[end])}"
        known = "null" if row[result_time] is None else f'"{iso(row[result_time])}"'
        return write(row[ID], f'"{time}"', known, repr(number))

    return line
