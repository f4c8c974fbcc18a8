"""What waits in quarantine."""

from __future__ import annotations

from django.db.models import Count, QuerySet

from apps.sensors.models import Quarantined


def quarantined(*, source: str | None = None, reason: str | None = None) -> QuerySet[Quarantined]:
    """Waiting rows, oldest first, of one source or reason where given."""
    rows = Quarantined.objects.filter(state=Quarantined.State.WAITING).order_by("pk")
    if source is not None:
        rows = rows.filter(source=source)
    return rows if reason is None else rows.filter(reason=reason)


def quarantined_counts() -> dict[tuple[str, str], int]:
    """How many rows wait, by (source, reason)."""
    rows = quarantined().order_by().values_list("source", "reason").annotate(total=Count("pk"))
    return {(source, reason): total for source, reason, total in rows}
