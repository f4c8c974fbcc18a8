"""How a table is read, guessed from its beginning: encoding, delimiter, decimal sign, time column, layout."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.sources.services.tables.cells import moment, number
from apps.sources.types.tables import Layout, TableForm

DELIMITERS = ";\t,|"
SAMPLE = 200
MAX_COLUMNS = 500
TIME_WORDS = re.compile(r"zeit|time|datum|date|stamp|uhr", re.IGNORECASE)
KEY_WORDS = re.compile(r"größe|groesse|quantity|parameter|property|value_?type|messgr|kanal|channel|key", re.IGNORECASE)
VALUE_WORDS = re.compile(r"wert|value|result|messwert", re.IGNORECASE)
DEVICE_WORDS = re.compile(r"gerät|geraet|device|station|sensor|standort|dev_?eui", re.IGNORECASE)
UNIT = re.compile(r"^(?P<name>.*?)\s*[\[(](?P<unit>[^\])]{1,20})[\])]\s*$", re.DOTALL)


def decode(content: bytes) -> str:
    """UTF-8 with or without a mark, else Windows-1252, which German offices export and which reads any byte."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def records(text: str, delimiter: str) -> Iterator[list[str]]:
    """The lines of a table as cells; empty lines are passed over. A line that is broken is one cell."""
    for line in io.StringIO(text, newline=None):
        plain = line.rstrip("\n")
        if not plain.strip(f"{delimiter} \t"):
            continue
        try:
            yield [cell.strip() for cell in next(csv.reader([plain], delimiter=delimiter, strict=True))]
        except (csv.Error, StopIteration):
            yield [plain]


def split_unit(title: str) -> tuple[str, str]:
    """``Temperatur (°C)`` or ``Temperatur [°C]`` as name and unit; no unit where none is named."""
    match = UNIT.fullmatch(title)
    return (match["name"].strip(), match["unit"].strip()) if match and match["name"].strip() else (title, "")


def guess(text: str, *, device: str) -> TableForm:
    """How the table is most likely read. Raises Invalid when it has no head, no second line or no column of times."""
    delimiter = _delimiter(text)
    sample = _sample(text, delimiter)
    titles, rows = sample[0], sample[1:]
    if not rows:
        raise Invalid(_("The table has no line of readings."), code="empty-table", part="file")
    if len(titles) < 2 or len(titles) > MAX_COLUMNS or len(set(titles)) < len(titles) or not all(titles):
        raise Invalid(
            _("The first line must hold 2 to 500 different titles of columns."), code="no-header", part="file"
        )
    decimal = _decimal(rows, delimiter)
    time_column = _time_column(titles, rows)
    texts = [title for index, title in enumerate(titles) if title != time_column and not _numeric(rows, index, decimal)]
    found: dict[str, Any] = {"delimiter": delimiter, "decimal": decimal, "time_column": time_column, "device": device}
    key = next((title for title in texts if KEY_WORDS.search(title)), "")
    value = next((title for title in titles if VALUE_WORDS.search(title) and title not in {key, time_column}), "")
    station = next(
        (title for title in titles if DEVICE_WORDS.search(title) and title not in {key, value, time_column}), ""
    )
    if key and value:
        return TableForm(**found, layout=Layout.LONG, key_column=key, value_column=value, device_column=station)
    return TableForm(**found, device_column=station)


def _delimiter(text: str) -> str:
    head = next((line for line in io.StringIO(text, newline=None) if line.strip()), "")
    return max(DELIMITERS, key=head.count)


def _sample(text: str, delimiter: str) -> list[list[str]]:
    found = []
    for record in records(text, delimiter):
        found.append(record)
        if len(found) > SAMPLE:
            break
    if not found:
        raise Invalid(_("The file is empty."), code="empty-table", part="file")
    return found


def _decimal(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    cells = [cell for row in rows for cell in row]
    commas = sum(bool(re.fullmatch(r"[+-]?\d+,\d+", cell)) for cell in cells)
    points = sum(bool(re.fullmatch(r"[+-]?\d+\.\d+", cell)) for cell in cells)
    return "," if delimiter != "," and commas > points else "."


def _time_column(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The column with the most times, the one with a fitting title among equals."""
    scores = [
        (
            sum(moment(row[index]) is not None for row in rows if index < len(row)),
            bool(TIME_WORDS.search(title)),
            -index,
        )
        for index, title in enumerate(titles)
    ]
    best = max(scores)
    if best[0] * 2 < len(rows):
        raise Invalid(
            _("No column holds dates and times."),
            code="no-time-column",
            part="file",
            remedy=_("Times are 2026-05-01 12:00, 01.05.2026 12:00 or seconds since 1970."),
        )
    return titles[-best[2]]


def _numeric(rows: Sequence[Sequence[str]], index: int, decimal: str) -> bool:
    cells = [row[index] for row in rows if index < len(row) and row[index]]
    return bool(cells) and sum(isinstance(number(cell, decimal), float) for cell in cells) * 2 >= len(cells)
