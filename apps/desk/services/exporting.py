"""A dataset as a file for one requester: what its terms let out, under a decision that granted it, with an end.

The formats are written by the edge that also serves the downloads; it says so once at the start (``export_with``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import Invalid, Unavailable
from apps.desk.errors import FileTooLarge
from apps.desk.models import Attachment, Delivery, Request
from apps.desk.services import delivering, filing, neighbouring, storing
from apps.desk.types import AuthorKind, DeliveryKind
from apps.holdings import selectors as holdings
from apps.holdings.types import Chunk, Holding, Spot

MOST_BYTES = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Export:
    """A file while it is being written: its media type and its bytes, a bounded number at a time."""

    media_type: str
    parts: Iterator[bytes]


Exporter = Callable[[Holding, Sequence[Spot], Iterator[Chunk], str, datetime], Export | None]
"""Takes a dataset, its things, its rows, a format and the moment; None for a format it does not know."""
_exporters: list[Exporter] = []


def export_with(exporter: Exporter) -> None:
    """Let datasets be written by this from now on."""
    if exporter not in _exporters:
        _exporters.append(exporter)


def deliver_export(
    *,
    case: Request,
    by: User,
    dataset_key: str,
    format: str = "csv",
    start: datetime | None = None,
    end: datetime | None = None,
    days: int = delivering.DEFAULT_DAYS,
    at: datetime | None = None,
) -> Delivery:
    """Write an own dataset, public or not, as a file that the requester can load for ``days``.

    The person must be allowed to see the dataset; the file holds what its terms in force let out with
    start <= time < end. Raises Conflict unless it was granted, NotFound, Invalid, FileTooLarge.
    """
    moment = at or clock.now()
    delivering.check_days(days)
    with transaction.atomic():
        delivering.deliverable(case, by)
    shown = holdings.handed(by, dataset_key, at=moment)
    expected = holdings.estimate(by, shown, start=start, end=end).bytes.get(format, 0)
    if expected > 3 * MOST_BYTES:
        raise _too_large()
    rows = holdings.handed_rows(by, shown.key, start=start, end=end, at=moment)
    export = _exported(shown, holdings.places(by, [shown], at=moment), rows, format, moment)
    kept = storing.put_parts(export.parts, at=moment, most=MOST_BYTES)
    if kept is None:
        raise _too_large()
    with transaction.atomic():
        row = delivering.deliverable(case, by)
        filing.check_room(row, kept.size)
        storing.keep(kept.uid)
        name = f"{re.sub(r'[^A-Za-z0-9._-]+', '-', shown.identifier)[:100]}.{format}"
        file = _attached(row, kept, name, export.media_type, moment)
        made = delivering.add_file(
            row,
            file,
            title=shown.title(case.language)[:200],
            by=by,
            expires_at=moment + timedelta(days=days),
            at=moment,
            kind=DeliveryKind.EXPORT,
            dataset_key=dataset_key,
        )
        neighbouring.tell_delivered(row, [file], "", at=moment)
    return made


def _attached(row: Request, kept: storing.Kept, name: str, media_type: str, at: datetime) -> Attachment:
    return Attachment.objects.create(
        uid=kept.uid,
        request=row,
        author_kind=AuthorKind.DESK,
        name=name,
        media_type=media_type.partition(";")[0],
        size=kept.size,
        sha256=kept.sha256,
        shown=True,
        created_at=at,
    )


def _exported(shown: Holding, spots: Sequence[Spot], rows: Iterator[Chunk], format: str, at: datetime) -> Export:
    if not _exporters:
        raise Unavailable(_("Nothing on this node writes files of datasets."), part="format")
    for exporter in _exporters:
        found = exporter(shown, spots, rows, format, at)
        if found is not None:
            return found
    raise Invalid(_("There is no such format."), part="format")


def _too_large() -> FileTooLarge:
    return FileTooLarge(
        _("This would be more than %d megabytes.") % (MOST_BYTES // 1024 // 1024),
        part="start",
        remedy=_("Choose a shorter time, or deliver it in several files."),
    )
