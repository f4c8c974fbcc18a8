"""Values the provider passes around. Times are microseconds since 1970 UTC unless they are datetimes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.policies.terms import Terms

Rows = np.ndarray[Any, np.dtype[np.void]]

NO_HORIZON = 2**53 - 1
"""Stands for "no upper end": terms without delay and buckets."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_US = 86_400_000_000
LONGEST_SPAN_S = 86_400
"""A delay counts from the end of a reading's interval, yet from a day after its start at the latest."""

CODES = {"": 0, "mean": 1, "min": 2, "max": 3, "count": 4, "sum": 5}
"""The last digit (to the base 8) of a stream key: what of the datastream it carries; 0 is the raw value."""

VALUE, SUPPRESSED, DELETED = 0, 1, 2


class WithdrawalState(models.TextChoices):
    """How far taking data back has come."""

    NOTIFYING = "notifying", _("notice to be delivered")
    WAITING = "waiting", _("waiting for the receipt")
    CONFIRMED = "confirmed", _("deletion confirmed")
    OVERDUE = "overdue", _("receipt overdue")


@dataclass(frozen=True, slots=True)
class Member:
    """A datastream of a dataset; ``counted`` when its values count people or things (small counts are suppressed)."""

    datastream_id: int
    counted: bool
    rows: int


@dataclass(frozen=True, slots=True)
class View:
    """What one agreement lets one peer see at one moment."""

    agreement_id: int
    agreement_uid: str
    dataset_id: int
    terms: Terms
    members: tuple[Member, ...]
    start: int
    until: int
    bucket: int | None

    @property
    def ids(self) -> list[int]:
        """The datastreams, ascending."""
        return [member.datastream_id for member in self.members]

    @property
    def counted(self) -> list[int]:
        """The datastreams whose small values are suppressed."""
        return [member.datastream_id for member in self.members if member.counted]

    @property
    def codes(self) -> tuple[int, ...]:
        """The codes of the streams made of each datastream."""
        return tuple(sorted(CODES[name] for name in self.terms.statistics)) if self.bucket else (0,)


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of a dataset to be read once more: streams and a range of time, ``end`` exclusive."""

    datastream_ids: tuple[int, ...]
    start: int = 0
    end: int = NO_HORIZON


@dataclass(frozen=True, slots=True)
class Slice:
    """Rows of one page (stream, time, span, result, flag), texts of the few that carry more, and where to go on."""

    rows: Rows
    extra: dict[int, str]
    next_cursor: Any
    more: bool
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class DisclosedPage:
    """A page ready to be sent: its bytes and what the headers say."""

    body: bytes
    media_type: str
    rows: int
    cursor: str
    next_cursor: str
    more: bool
    as_of: datetime
    committed_at: datetime | None
    description: str
    digest: str


def to_datetime(us: int) -> datetime:
    """An aware UTC time; ``NO_HORIZON`` and other far futures end in year 9999."""
    return EPOCH + timedelta(microseconds=min(us, 253_402_214_400_000_000))


def to_us(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - EPOCH) // timedelta(microseconds=1)
