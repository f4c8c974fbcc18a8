"""The sharing register: what everybody may know about where this city's data go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from apps.policies.sentences import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One agreement. ``given`` is True where this city gives, False where it receives; ``partner`` the other city.

    ``pages`` and ``rows`` went over the wire until ``last_page_at``; ``state`` is that of the agreement (``expired`` as
    soon as its time is over). ``receipt_verified`` is None while it is in force, else whether the deletion is proven.
    """

    uid: str
    given: bool
    partner: str
    partner_did: str
    dataset: str
    title: str
    purpose: str
    since: datetime
    until: datetime | None
    state: str
    ended_at: datetime | None
    pages: int
    rows: int
    last_page_at: datetime | None
    receipt_verified: bool | None
    receipt_at: datetime | None
    receipt_overdue: bool
    sentences_de: tuple[Sentence, ...]
    sentences_en: tuple[Sentence, ...]
