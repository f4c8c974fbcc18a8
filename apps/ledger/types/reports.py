"""What the ledger answers with: frozen facts without a table behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Commitment:
    """A salted commitment to something personal: ``digest`` may stand in an entry, ``id`` finds the salt."""

    id: UUID
    digest: str


@dataclass(frozen=True)
class Fault:
    """The first thing wrong with the ledger. The fault lies in the entries ``first`` to ``last``, both included."""

    first: int
    last: int
    detail: str


@dataclass(frozen=True)
class Report:
    """The outcome of a verification over ``entries`` entries; ``root`` is the recomputed one (32 bytes).

    ``first_fault`` is the index of the first entry that may be at fault, None when all is well. ``signatures`` tells
    whether the signatures of the checkpoints could be checked, that is whether this node's keys were at hand.
    """

    entries: int
    checkpoints: int
    ok: bool
    root: bytes
    signatures: bool
    first_fault: int | None = None
    detail: str = ""


@dataclass(frozen=True)
class Witness:
    """A peer that cosigned: by what name, up to which size, and when (UTC) it said so last."""

    name: str
    size: int
    at: datetime


@dataclass(frozen=True)
class Summary:
    """The ledger in one line: ``root`` is base64 as in a checkpoint; origin is "" before the first checkpoint."""

    entries: int
    origin: str
    size: int
    root: str
    witnesses: tuple[str, ...]
