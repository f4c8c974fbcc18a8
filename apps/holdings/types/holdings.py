"""A dataset as one reader may see it: own or replicated, with its description, terms and age."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import get_language

from apps.policies.terms import Terms


class Mode(StrEnum):
    """How much of a holding its reader gets: everything as stored, or what the terms make of it."""

    WHOLE = "whole"
    TERMS = "terms"


class Freshness(StrEnum):
    """How the latest value compares with when one was to be expected; unknown without an expected interval.

    ``recorded``: a recording that has come to its end, from which nothing is to be expected. ``uploaded``: fed by
    tables, where the next value comes when somebody uploads it.
    """

    FRESH = "fresh"
    LATE = "late"
    SILENT = "silent"
    RECORDED = "recorded"
    UPLOADED = "uploaded"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What a replica hangs on: the agreement, and how old the copy is.

    ``as_of`` is the owner's time of the state this copy is known to equal (None: not yet complete), ``staleness`` its
    age now. ``retention`` is how long after receipt values are kept.
    """

    agreement_uid: str
    purpose: str
    signed_at: datetime
    expires_at: datetime | None
    retention: timedelta | None
    as_of: datetime | None
    staleness: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """One dataset as its reader may see it at one moment; ``reader`` is that reader's key in the database or None.

    ``key`` is URL-safe and unique on this node: the identifier of an own dataset; of a replica ``identifier~host`` with
    the owner's host. ``titles``, ``descriptions`` and ``departments`` are by language (``de``, ``en``). ``terms`` are
    None only for city staff, while none are in force. ``first_time`` … ``observation_count`` count what the reader may
    see (for buckets an upper bound). ``age`` and ``expected`` say how long ago the latest value was and how long one
    may take to come, delay and buckets included; ``rhythm`` how often one is measured or summed up.
    """

    key: str
    identifier: str
    is_replica: bool
    owner_did: str
    owner_name: str
    titles: Mapping[str, str]
    descriptions: Mapping[str, str]
    departments: Mapping[str, str]
    publisher: str
    theme: str
    keywords: tuple[str, ...]
    licence: str
    attribution: str
    contact_email: str
    accrual: str
    sensitivity: str
    visibility: str
    terms: Terms | None
    terms_number: int | None
    released_at: datetime | None
    modified_at: datetime | None
    datastream_ids: tuple[int, ...]
    measurands: tuple[str, ...]
    first_time: datetime | None
    last_time: datetime | None
    observation_count: int
    freshness: Freshness
    age: timedelta | None
    expected: timedelta | None
    rhythm: timedelta | None
    mode: Mode
    source: Source | None = None
    reader: int | None = None
    dataset_id: int | None = field(default=None, repr=False)
    subscription_id: int | None = field(default=None, repr=False)

    def title(self, language: str | None = None) -> str:
        """The title in this language (the reader's); German, else the identifier, where there is no other."""
        return _said(self.titles, language) or self.identifier

    def description(self, language: str | None = None) -> str:
        """The description in this language (the reader's), German where there is no other; may be empty."""
        return _said(self.descriptions, language)

    def department(self, language: str | None = None) -> str:
        """The owning department in this language; empty for a replica."""
        return _said(self.departments, language)

    @property
    def is_bucketed(self) -> bool:
        """Whether the reader gets statistics of closed buckets instead of single readings."""
        return self.mode is Mode.TERMS and not self.is_replica and self.terms is not None and self.resolution != "raw"

    @property
    def resolution(self) -> str:
        """``raw``, ``PT15M``, ``PT1H`` or ``P1D``, as the terms say."""
        return "raw" if self.terms is None else self.terms.resolution


def _said(texts: Mapping[str, str], language: str | None) -> str:
    asked = (language or get_language() or "de")[:2]
    return texts.get(asked) or texts.get("de") or texts.get("en") or ""
