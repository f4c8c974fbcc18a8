"""Pages of lists that stand in memory: a cursor names the entry they stand behind, so nothing is skipped or twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.api.parameters import Parameters, pack
from apps.core.errors import Invalid

T = TypeVar("T")
DEFAULT: Final = 50
MOST: Final = 100


def page(
    request: HttpRequest,
    given: Parameters,
    entries: Sequence[T],
    *,
    name: Callable[[T], str],
    render: Callable[[T], Any],
) -> dict[str, Any]:
    """``total``, ``next`` and ``results``. Raises Invalid for a cursor whose entry is not there any more."""
    limit = given.whole("limit", default=DEFAULT, most=MOST)
    first = _behind(entries, given.cursor(), name)
    part = entries[first : first + limit]
    more = first + limit < len(entries)
    return {
        "total": len(entries),
        "next": following(request, name(part[-1])) if more and part else None,
        "results": [render(one) for one in part],
    }


def following(request: HttpRequest, position: str) -> str:
    """The address of the next page: this one's with another cursor."""
    query = request.GET.copy()
    query["cursor"] = pack(position)
    return f"{settings.NODE.base_url}{request.path}?{query.urlencode()}"


def _behind(entries: Sequence[T], position: str, name: Callable[[T], str]) -> int:
    if not position:
        return 0
    for place, one in enumerate(entries):
        if name(one) == position:
            return place + 1
    raise Invalid(_("What this cursor stood behind is gone."), part="cursor", remedy=_("Begin again without a cursor."))
