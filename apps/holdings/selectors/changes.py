"""What happened to an own public dataset: versions of its terms, days with data, its withdrawal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from apps.catalogue import selectors as catalogue
from apps.catalogue.models import TermsVersion
from apps.catalogue.states import TermsState
from apps.core import clock
from apps.core.errors import NotFound
from apps.holdings.selectors.holdings import holdings
from apps.holdings.selectors.views import view_of
from apps.holdings.types import Change, ChangeKind, Holding
from apps.provider import selectors as provider

DAYS: Final = 30
_ENDED: Final = {
    TermsState.SUPERSEDED: ChangeKind.SUPERSEDED,
    TermsState.WITHDRAWN: ChangeKind.WITHDRAWN,
}


def changes(key: str, *, at: datetime | None = None) -> tuple[Holding | None, list[Change]]:
    """The dataset as everybody sees it (None once it is public no more), and what happened to it, the latest first.

    Tells of the terms that said public, and of the last 30 UTC days before the latest reading that hold data. Who knew
    the dataset learns that it was withdrawn; what never was public is NotFound like anything else.
    """
    moment = at or clock.now()
    shown = next((one for one in holdings(None, at=moment) if one.key == key), None)
    versions = [] if shown is not None and shown.is_replica else catalogue.versions_of(key)
    told = [change for version in versions if _was_public(version) for change in _of_version(version)]
    if shown is None and not told:
        raise NotFound(_("There is no such dataset here."), part="dataset")
    if shown is not None:
        told += _days(shown, moment)
    return shown, sorted(told, key=lambda change: (change.at, change.kind), reverse=True)


def _was_public(version: TermsVersion) -> bool:
    return bool(version.terms.get("visibility") == "public")


def _of_version(version: TermsVersion) -> list[Change]:
    told = []
    if version.released_at is not None:
        told.append(Change(kind=ChangeKind.RELEASED, at=version.released_at, number=version.number))
    if version.ended_at is not None and TermsState(version.state) in _ENDED:
        told.append(Change(kind=_ENDED[TermsState(version.state)], at=version.ended_at, number=version.number))
    return told


def _days(shown: Holding, at: datetime) -> list[Change]:
    if shown.last_time is None:
        return []
    last = shown.last_time.astimezone(UTC).date()
    view = view_of(None, shown, at=at)
    found = provider.data_days(view, [last - timedelta(days=back) for back in range(DAYS)])
    return [
        Change(
            kind=ChangeKind.DATA,
            at=min(at, datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)),
            day=day,
        )
        for day in found
    ]
