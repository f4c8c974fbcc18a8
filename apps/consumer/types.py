"""Values the consumer passes around. Times are microseconds since 1970 UTC unless they are datetimes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.wire import cursors, messages
from apps.wire.columns import Columns
from apps.wire.cursors import Cursor

NO_HORIZON = 2**53 - 1
"""Stands for "no upper end" in a cursor."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAY_US = 86_400_000_000
LONGEST_SPAN_S = 86_400
"""The owner's rule: a delay counts from the end of a reading, yet from a day after its start at the latest."""


class SubscriptionState(models.TextChoices):
    """Whether a replica is kept."""

    ACTIVE = "active", _("active")
    ENDED = "ended", _("ended, to be deleted")
    PURGED = "purged", _("deleted")


class Stage(models.TextChoices):
    """What the next pull has to do first."""

    FOLLOW = "follow", _("follow the feed")
    RECONCILE = "reconcile", _("compare before anything is trusted")


class PurgeState(models.TextChoices):
    """How far a deletion has come."""

    DUE = "due", _("to be deleted")
    PURGED = "purged", _("deleted, receipt to be delivered")
    ACKNOWLEDGED = "acknowledged", _("receipt accepted by the owner")


class Verdict(models.TextChoices):
    """What a comparison with the owner found."""

    OPEN = "open", _("not finished")
    EQUAL = "equal", _("equal")
    REPAIRED = "repaired", _("differed, repaired")
    MOVING = "moving", _("not decided: the owner's data were changing")
    ALARM = "alarm", _("differs even after repair")


class Reason(models.TextChoices):
    """Why a part of a replica is fetched once more."""

    HISTORY = "history", _("new datastream")
    REPAIR = "repair", _("differed from the owner")


@dataclass(frozen=True, slots=True)
class Part:
    """Streams (numbers as in the pages) and a range of time, ``end`` exclusive."""

    streams: tuple[int, ...]
    start: int = 0
    end: int = NO_HORIZON


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as received, its digest checked and its rows decoded."""

    columns: Columns
    size: int
    digest: str
    cursor: str
    next_cursor: str
    more: bool
    as_of: datetime
    committed_at: datetime | None
    description: str

    @property
    def position(self) -> Cursor | None:
        """Where the page began; None at the very beginning."""
        return cursor_of(self.cursor)

    @property
    def next_position(self) -> Cursor:
        """Where the page after it begins."""
        return cursors.parse(self.next_cursor)

    @property
    def rows(self) -> int:
        """How many rows, deletions included."""
        return len(self.columns)


class Feed(Protocol):
    """The owner's side as the consumer sees it; over HTTP in ``clients``, in process in tests."""

    prefetch: bool

    def page(self, cursor: str, part: Part | None = None) -> Fetched:
        """The page after the cursor. Raises PeerError."""

    def description(self) -> messages.DatasetDescription:
        """What the streams mean. Raises PeerError."""

    def digests(self, as_of: datetime, part: Part) -> messages.DigestReport:
        """Counts and digests per day of what the owner gives. Raises PeerError."""

    def close(self) -> None:
        """Let go of what was opened."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one pull did; ``complete`` when the owner had nothing more."""

    pages: int = 0
    rows: int = 0
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the status table: a replica, how true it is and how old."""

    subscription_id: int
    owner: str
    peer: str
    dataset: str
    title: str
    terms: dict[str, Any]
    state: str
    rows: int
    pages: int
    last_complete_at: datetime | None
    staleness_s: float | None
    last_error: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldStream:
    """A datastream of a replica with what its counters say; ``statistic`` '' for single readings."""

    datastream_id: int
    statistic: str
    kind: str
    expected_interval_s: int | None
    measurand: str
    definition: str
    count: int
    first_time: datetime | None
    last_time: datetime | None
    is_recording: bool = False
    is_uploaded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Replica:
    """A replica that is kept: under which agreement, of whom, what the owner says about it, and how true it is.

    ``about`` has identifier, title and description by language, licence, attribution, theme, keywords, contact_email;
    empty until the owner was asked. ``complete_at`` is the owner's time of the state this copy is known to equal.
    """

    subscription_id: int
    uid: str
    agreement_uid: str
    identifier: str
    agreed_title: str
    purpose: str
    signed_at: datetime
    expires_at: datetime | None
    terms: dict[str, Any]
    owner_did: str
    owner_name: str
    owner_url: str
    about: dict[str, Any]
    complete_at: datetime | None
    streams: tuple[HeldStream, ...]

    @property
    def datastream_ids(self) -> tuple[int, ...]:
        """The datastreams that hold it here, ascending."""
        return tuple(stream.datastream_id for stream in self.streams)


def cursor_of(text: str) -> Cursor | None:
    """The cursor in ``text``; None for the empty text. Raises BadCursor."""
    return cursors.parse(text) if text else None


def to_datetime(us: int) -> datetime:
    """An aware UTC time; far futures end in year 9999."""
    return EPOCH + timedelta(microseconds=min(us, 253_402_214_400_000_000))


def to_us(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - EPOCH) // timedelta(microseconds=1)
