"""What the services answer, and what goes into quarantine."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

import numpy as np
import numpy.typing as npt


class Reason(StrEnum):
    """Why a single row was not taken; stable words for programs."""

    UNKNOWN_DATASTREAM = "unknown-datastream"
    REPLICA = "replica-is-read-only"
    TIME_OUT_OF_RANGE = "time-out-of-range"
    RESULT_TIME_OUT_OF_RANGE = "result-time-out-of-range"
    NEGATIVE_SPAN = "negative-span"
    NOT_FINITE = "not-finite"
    UNKNOWN_FEATURE = "unknown-feature"
    BAD_EXTRA = "bad-extra"


@dataclass(frozen=True, slots=True)
class Rejection:
    """One row that was not taken; ``row`` counts from 0 in the readings given, ``reason`` is a stable word."""

    row: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class BatchResult:
    """What became of the rows of one call.

    ``batch_id`` is the (first) batch written, None when nothing was. ``accepted`` rows are new, ``corrected`` replaced
    a different value, ``unchanged`` were known already, ``superseded`` rows gave way to a later row of the same call
    with the same (datastream, time, span). ``deleted`` counts tombstones taken over from a page. ``duplicate_of`` is
    the batch that already carried this client key; then the counts are those of the first time. ``ids`` are the
    observations' ids, one per row given – of the row it equals or gave way to, 0 where it was rejected; empty for a
    duplicate.
    """

    batch_id: int | None
    accepted: int = 0
    unchanged: int = 0
    corrected: int = 0
    rejected: tuple[Rejection, ...] = ()
    duplicate_of: int | None = None
    superseded: tuple[int, ...] = ()
    deleted: int = 0
    batch_ids: tuple[int, ...] = field(default=())
    ids: npt.NDArray[np.int64] = field(default_factory=lambda: np.empty(0, dtype=np.int64), compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantineRow:
    """Something that could not be taken in: kept as it came, with the reason."""

    payload: str
    reason: str
    detail: str = ""
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """What became of replayed quarantine rows: their ids."""

    replayed: tuple[int, ...]
    still_waiting: tuple[int, ...]
