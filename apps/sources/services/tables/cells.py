"""Single cells of a table: numbers with a decimal point or comma, and times."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

NUMBER = {
    ".": re.compile(r"[+-]?(\d{1,40}|\d{1,3}(,\d{3})+)(\.\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII),
    ",": re.compile(r"[+-]?(\d{1,40}|\d{1,3}(\.\d{3})+)(,\d{1,40})?([eE][+-]?\d{1,3})?", re.ASCII),
}
ISO = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d([.,]\d{1,9})?)?( ?(Z|[+-]\d\d:?\d\d))?", re.ASCII)
GERMAN = re.compile(r"(\d\d?)\.(\d\d?)\.(\d{4})[ T,]+(\d\d?):(\d\d)(?::(\d\d))?( Uhr)?", re.ASCII)
UNIX = re.compile(r"\d{10}(\d{3})?", re.ASCII)


def number(cell: str, decimal: str) -> float | str:
    """The number in a cell (thousands may be grouped), or the cell as it is."""
    if not NUMBER[decimal].fullmatch(cell):
        return cell
    plain = cell.replace(",", "") if decimal == "." else cell.replace(".", "").replace(",", ".")
    found = float(plain)
    return found if math.isfinite(found) else cell


def moment(cell: str) -> datetime | None:
    """The time in a cell, naive where it names no zone; None where it is none. Unix seconds and milliseconds are
    UTC."""
    try:
        if UNIX.fullmatch(cell):
            return datetime.fromtimestamp(int(cell[:10]), tz=UTC)
        if match := GERMAN.fullmatch(cell):
            day, month, year, hour, minute = (int(match[group]) for group in range(1, 6))
            return datetime(year, month, day, hour, minute, int(match[6] or 0))  # noqa: DTZ001 - the zone comes with the file
        return datetime.fromisoformat(cell.replace(",", ".").replace(" +", "+")) if ISO.fullmatch(cell) else None
    except ValueError:
        return None


class LocalClock:
    """Times of one file in their order. The doubled hour in autumn: the first pass is summer time, and as soon as the
    clock in the file stands still or goes back inside that hour, it is winter time."""

    def __init__(self, zone: ZoneInfo) -> None:
        self.zone = zone
        self._last: datetime | None = None
        self._fold = 0

    def aware(self, local: datetime) -> datetime | None:
        """The moment, in UTC; None for a local time that never was (the hour missing in spring)."""
        if local.tzinfo is not None:
            return local.astimezone(UTC)
        first, second = (local.replace(tzinfo=self.zone, fold=fold).utcoffset() for fold in (0, 1))
        if first == second:
            self._last, self._fold = None, 0
            return local.replace(tzinfo=self.zone).astimezone(UTC)
        back = local.replace(tzinfo=self.zone).astimezone(UTC).astimezone(self.zone).replace(tzinfo=None)
        if back != local:
            return None
        near = self._last is not None and abs(local - self._last) < timedelta(hours=1)
        self._fold = (1 if self._last is not None and local <= self._last else self._fold) if near else 0
        self._last = local
        return local.replace(tzinfo=self.zone, fold=self._fold).astimezone(UTC)
