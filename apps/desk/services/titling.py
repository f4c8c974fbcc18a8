"""What a file of another city's answer is called: what it is about and who gave it, not only the name of the file."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.core.errors import NotFound
from apps.desk.models import Request
from apps.holdings import selectors as holdings

MOST = 200


def from_city(case: Request, *, city: str, name: str, at: datetime) -> str:
    """In the requester's language: the dataset's title where everybody may know it, else what was asked for; the
    city; the file's name. At most 200 characters: what it is about is shortened first."""
    about = _dataset(case, at) or case.subject
    with override(case.language):
        rest = _("%(about)s, from %(city)s (%(name)s)") % {"about": "", "city": city, "name": name}
        room = max(20, MOST - len(rest))
        short = about if len(about) <= room else f"{about[: room - 1]}…"
        return (_("%(about)s, from %(city)s (%(name)s)") % {"about": short, "city": city, "name": name})[:MOST]


def _dataset(case: Request, at: datetime) -> str:
    if not case.dataset_key:
        return ""
    try:
        return holdings.holding(None, case.dataset_key, at=at).title(case.language)
    except NotFound:
        return ""
