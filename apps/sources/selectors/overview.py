"""Sources with what came from them, and what nobody has mapped yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from apps.accounts.models import ApiToken
from apps.core.errors import NotFound
from apps.sensors import selectors as sensor_selectors
from apps.sources.models import Candidate, Mapping, SilenceAlarm, Source, SourceDevice, SourceHour, TableUpload
from apps.sources.types import Format, Transport

DAY = timedelta(days=1)
Candidates = QuerySet[Candidate]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """One source and its last 24 hours; ``waiting`` counts all that waits in its quarantine, ``alarms`` the open ones.

    ``tokens`` are the public beginnings of the tokens that work.
    """

    source: Source
    devices: int
    candidates: int
    waiting: int
    alarms: int
    tokens: tuple[str, ...]
    uplinks: int = 0
    stored: int = 0
    flagged: int = 0
    quarantined: int = 0
    duplicates: int = 0
    errors: int = 0

    @property
    def readings_per_hour(self) -> float:
        """The mean over the last 24 hours."""
        return self.stored / 24


COUNTED = ("uplinks", "stored", "flagged", "quarantined", "duplicates", "errors")


def sources_overview(*, at: datetime) -> list[Overview]:
    """All sources by short name, each with its counts, in six queries whatever their number."""
    hours = _hours(at)
    waiting: dict[str, int] = {}
    for (name, _reason), total in sensor_selectors.quarantined_counts().items():
        waiting[name] = waiting.get(name, 0) + total
    devices = _counts(SourceDevice.objects.all(), "source")
    open_candidates = _counts(Candidate.objects.all(), "source")
    alarms = _counts(SilenceAlarm.objects.filter(closed_at=None, device__isnull=False), "device__source")
    tokens = _tokens(at)
    return [
        Overview(
            source=row,
            devices=devices.get(row.pk, 0),
            candidates=open_candidates.get(row.pk, 0),
            waiting=waiting.get(row.batch_source, 0),
            alarms=alarms.get(row.pk, 0),
            tokens=tuple(tokens.get(row.scope, ())),
            **hours.get(row.pk, {}),
        )
        for row in Source.objects.order_by("slug")
    ]


def source(slug: str) -> Source:
    """The source of this short name. Raises NotFound."""
    found = Source.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound(_("There is no source “%(slug)s”.") % {"slug": slug}, part="source")
    return found


def names() -> dict[str, str]:
    """What people call the sources, by their short names."""
    return dict(Source.objects.values_list("slug", "name"))


def enabled_sources(transport: Transport | str) -> QuerySet[Source]:
    """The sources of one way that are switched on, by short name."""
    return Source.objects.filter(transport=transport, enabled=True).order_by("slug")


def table_sources() -> QuerySet[Source]:
    """The sources that take tables and are switched on, by short name."""
    return Source.objects.filter(format=Format.CSV, enabled=True).order_by("slug")


def table_upload(upload_id: int) -> TableUpload:
    """An uploaded table with its source. Raises NotFound."""
    found = TableUpload.objects.select_related("source").filter(pk=upload_id).first()
    if found is None:
        raise NotFound(
            _("This table is not here, or was dropped because nobody imported it for two days."), part="upload"
        )
    return found


def table_uploads(source: Source) -> QuerySet[TableUpload]:
    """The tables that were uploaded for a source, the newest first, without their contents."""
    return TableUpload.objects.filter(source=source).defer("content").order_by("-pk")


def candidates(source: Source) -> Candidates:
    """What came from a source and nobody has mapped: by device, then key, with an example, count and last time."""
    return Candidate.objects.filter(source=source).order_by("device_key", "payload_key")


def devices(source: Source) -> QuerySet[SourceDevice]:
    """The devices heard through a source, with their things."""
    return SourceDevice.objects.filter(source=source).select_related("thing").order_by("key")


def mappings(source: Source) -> QuerySet[Mapping]:
    """The mappings of a source with their datastreams."""
    found = Mapping.objects.filter(source=source).select_related("datastream__thing")
    return found.order_by("device_key", "payload_key")


def _hours(at: datetime) -> dict[int, dict[str, int]]:
    """The sums of the last 24 hours by source."""
    rows = SourceHour.objects.filter(hour__gt=at - DAY, hour__lte=at).order_by().values_list("source")
    sums = rows.annotate(*(Sum(name) for name in COUNTED))
    return {key: dict(zip(COUNTED, counts, strict=True)) for key, *counts in sums}


def _counts(rows: QuerySet[Any], by: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(total=Count("pk")))


def _tokens(at: datetime) -> dict[str, list[str]]:
    """Working tokens of sources: scope → their public beginnings."""
    works = Q(expires_at=None) | Q(expires_at__gt=at)
    rows = ApiToken.objects.filter(works, revoked_at=None, user__display_name__startswith="source:")
    found: dict[str, list[str]] = {}
    for scopes, prefix in rows.values_list("scopes", "prefix"):
        for scope in scopes:
            found.setdefault(scope, []).append(prefix)
    return found
