"""Observations as they are asked for most – everything of them, nothing expanded – written by the database as JSON.

A thousand of them are a page; six values of each, fetched only to be put between the same words a thousand times, are
most of its processor time (docs/decisions/0011-fast-reading.md). A row that is more than a number at a time is written
here, as everywhere else.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from apps.sensorthings.entities import OBSERVATIONS
from apps.sensorthings.reading.columns import Columns, Row, ending, written
from apps.sensorthings.reading.levels import Level

_PLAIN = "{a}.result IS NOT NULL AND {a}.extra IS NULL"


def shorten(found: Level, root: str) -> None:
    """Let the database write whole lines, where the level asks for what a line says; else nothing changes."""
    if found.entity is not OBSERVATIONS or found.options.select or found.options.expand:
        return
    columns, plain = found.columns, _PLAIN.replace("{a}", found.scope.root)
    # What a line says already is not fetched beside it.
    for place in range(2, columns.keys.start):
        columns.sql[place] = f"CASE WHEN {plain} THEN NULL ELSE {columns.sql[place]} END"
    columns.line = columns.place(f"CASE WHEN {plain} THEN {_line(found, root)} END")


def text(columns: Columns, rows: Sequence[Row]) -> bytes | None:
    """The rows as JSON objects with commas between; None where the database was not asked for lines."""
    line, document = columns.line, columns.document
    if line is None:
        return None
    return ",".join([row[line] or orjson.dumps(document(row)).decode() for row in rows]).encode()


def _line(found: Level, root: str) -> str:
    """One JSON object, as an expression: its members and their order are those of ``columns``."""
    alias, bind = found.scope.root, found.scope.bind
    address = orjson.dumps(f"{root}/{OBSERVATIONS}").decode()[:-1]
    key = f"{alias}.id"
    begin, late = _iso(f"{alias}.phenomenon_time"), _iso(f"{alias}.result_time")
    end = ending(OBSERVATIONS.properties["phenomenonTime"], alias)
    pieces = [
        bind(f'{{"@iot.selfLink":{address}(', "text"),
        key,
        """')","@iot.id":'""",
        key,
        """',"phenomenonTime":"'""",
        begin,
        f"coalesce('/' || replace({end}, ' ', 'T') || 'Z', '')",
        """'","resultTime":'""",
        f"""coalesce('"' || {late} || '"', 'null')""",
        """',"result":'""",
        f"{alias}.result",
        bind(f',"Datastream@iot.navigationLink":{address}(', "text"),
        key,
        bind(f')/Datastream","FeatureOfInterest@iot.navigationLink":{address}(', "text"),
        key,
        """')/FeatureOfInterest"}'""",
    ]
    return " || ".join(pieces)


def _iso(time: str) -> str:
    """A time as SensorThings writes it (ISO 8601); NULL where there is none."""
    return f"replace({written(time)}, ' ', 'T') || 'Z'"
