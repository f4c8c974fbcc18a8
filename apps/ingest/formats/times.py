"""Naive Europe/Berlin times to UTC, with one documented rule for each trap.

* The hour missing in spring (02:00–02:59): such a time never was; it is refused.
* The doubled hour in autumn: the order in the file decides. The first pass through the hour is summer time; as soon as
  the clock in the file stands still or goes back inside the hour, it is winter time. A file that has the hour only
  once is read as summer time.
* A time that carries its own zone is taken as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Berlin")
ISO = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
GERMAN = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d:\d\d(?::\d\d)?)", re.ASCII)
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive on purpose: local times are counted from a local midnight
EPOCH_UTC = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
HOUR_US = 3_600_000_000
FIRST_US = 0
END_US = 4_133_980_800_000_000  # 2101-01-01T00:00Z: the year 2100 is the last one


class UnreadableTime(ValueError):
    """Why a time could not be read; ``reason`` is the word for the quarantine."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Moment:
    """A time that was read: µs UTC, whether its local hour is a doubled one, and which pass (``fold`` 0 or 1)."""

    utc_us: int
    doubled: bool = False
    fold: int = 0


class LocalClock:
    """Reads the times of one file in their order; keeps what it needs to tell the doubled hours apart."""

    def __init__(self) -> None:
        self._hours: dict[int, tuple[int, int, bool]] = {}
        self._last_local: int | None = None
        self._fold = 0

    def read(self, text: str) -> Moment:
        """The moment that ``text`` means here in the file. Raises UnreadableTime."""
        found = self._resolve(_parse(text), text)
        if not FIRST_US <= found.utc_us < END_US:
            raise UnreadableTime("time-out-of-range", f"{text}: the year lies outside 1970–2100")
        return found

    def _resolve(self, moment: datetime, text: str) -> Moment:
        if moment.tzinfo is not None:
            return Moment((moment - EPOCH_UTC) // MICROSECOND)
        local = (moment - EPOCH) // MICROSECOND
        first, second, missing = self._offsets(local // HOUR_US, moment)
        if missing:
            raise UnreadableTime("nonexistent-local-time", f"{text}: the clocks were put forward over this hour")
        doubled = first != second
        if doubled and self._last_local is not None and abs(local - self._last_local) < HOUR_US:
            self._fold = 1 if local <= self._last_local else self._fold
        else:
            self._fold = 0
        self._last_local = local if doubled else None
        return Moment(local - (second if self._fold else first), doubled, self._fold)

    def _offsets(self, hour: int, moment: datetime) -> tuple[int, int, bool]:
        """UTC offsets in µs for the first and second pass through a local hour, and whether the hour is missing."""
        known = self._hours.get(hour)
        if known is None:
            local = moment.replace(minute=0, second=0, microsecond=0)
            pair = [_offset(local, fold) for fold in (0, 1)]
            there_and_back = local.replace(tzinfo=ZONE).astimezone(UTC).astimezone(ZONE).replace(tzinfo=None)
            missing = there_and_back != local
            known = (pair[0], pair[1], missing)
            self._hours[hour] = known
        return known


def _offset(local: datetime, fold: int) -> int:
    offset = local.replace(tzinfo=ZONE, fold=fold).utcoffset()
    return (offset or timedelta()) // MICROSECOND


def _parse(text: str) -> datetime:
    german = GERMAN.fullmatch(text)
    if german:
        text = f"{german[3]}-{german[2]}-{german[1]} {german[4]}"
    elif not ISO.fullmatch(text):
        raise UnreadableTime("unreadable-time", f"{text[:60]!r} is not a date and time")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UnreadableTime("unreadable-time", f"{text[:60]!r}: {error}") from None
    if not 1900 < moment.year < 9000:
        raise UnreadableTime("time-out-of-range", f"{text}: the year lies outside 1970–2100")
    return moment
