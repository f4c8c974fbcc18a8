"""The lines of a table as uplinks, by the form it is read in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.sources.services.tables.cells import LocalClock, moment, number
from apps.sources.services.tables.sniffing import DELIMITERS, records, split_unit
from apps.sources.types import Uplink
from apps.sources.types.tables import Layout, TableForm


def checked(form: TableForm, titles: Sequence[str]) -> ZoneInfo:
    """The zone of a form that fits a table with these titles. Raises Invalid, naming the part that does not."""
    columns = {
        "time_column": form.time_column,
        "device_column": form.device_column,
        "key_column": form.key_column,
        "value_column": form.value_column,
    }
    for part, title in columns.items():
        needed = part == "time_column" or (form.layout == Layout.LONG and part in {"key_column", "value_column"})
        if (title or needed) and title not in titles:
            raise Invalid(_("There is no column “%(title)s”.") % {"title": title}, part=part)
    if form.delimiter not in DELIMITERS or form.decimal not in {".", ","} or form.decimal == form.delimiter:
        raise Invalid(_("Delimiter and decimal sign do not fit together."), part="decimal")
    if not form.device and not form.device_column:
        raise Invalid(_("Name the measuring point, or the column that names it."), part="device")
    try:
        return ZoneInfo(form.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(_("There is no time zone “%(zone)s”.") % {"zone": form.zone}, part="zone") from None


def titles_of(text: str, delimiter: str) -> list[str]:
    """The titles of the columns, in their order."""
    return next(records(text, delimiter), [])


def uplinks(text: str, form: TableForm) -> Iterator[Uplink]:
    """Every line as one uplink, in the order of the file; empty cells are no values.

    A line whose time cannot be read says so by its problem. Raises Invalid when the form does not fit.
    """
    titles = titles_of(text, form.delimiter)
    clock = LocalClock(checked(form, titles))
    lines = records(text, form.delimiter)
    next(lines)
    for cells in lines:
        yield _uplink(dict(zip(titles, cells, strict=False)), cells, form, clock)


def _uplink(line: dict[str, str], cells: Sequence[str], form: TableForm, clock: LocalClock) -> Uplink:
    raw = form.delimiter.join(cells)
    device = line.get(form.device_column, "") if form.device_column else form.device
    told = line.get(form.time_column, "")
    local = moment(told)
    if local is None:
        return Uplink(device=device, raw=raw, problem="unreadable-time", detail=f"{told[:60]!r} is no date and time")
    time = clock.aware(local)
    if time is None:
        detail = f"{told[:60]}: the clocks were put forward over this hour"
        return Uplink(device=device, raw=raw, problem="nonexistent-local-time", detail=detail)
    return _reading(line, form, device, time, raw)


def _reading(line: dict[str, str], form: TableForm, device: str, time: datetime, raw: str) -> Uplink:
    if form.layout == Layout.LONG:
        found = {line.get(form.key_column, ""): line.get(form.value_column, "")}
    else:
        found = {title: cell for title, cell in line.items() if title not in {form.time_column, form.device_column}}
    values: dict[str, float | str] = {}
    units: dict[str, str] = {}
    for title, cell in found.items():
        if cell:
            key, unit = split_unit(title)
            values[key] = number(cell, form.decimal)
            units |= {key: unit} if unit else {}
    return Uplink(device=device, time=time, values=values, units=units, raw=raw)
