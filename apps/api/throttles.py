"""How often one caller may ask: so many calls a minute, ten times as many with a token; counted without profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.core import clock, visitors
from apps.core.errors import Throttled

if TYPE_CHECKING:
    from apps.accounts.models import ApiToken

WINDOW_S: Final = 60
WITH_TOKEN: Final = 10
DOWNLOAD_WEIGHT: Final = 5
"""A download costs as much as so many calls."""


def check(request: HttpRequest, token: ApiToken | None, *, weight: int = 1) -> None:
    """Count this call. Raises Throttled beyond what is allowed; where nothing can be counted everybody may."""
    at = clock.now()
    who = token.prefix if token else visitors.pseudonym(request, at=at)
    most = settings.NODE.api_calls_per_minute * (WITH_TOKEN if token else 1)
    if who and visitors.calls("api-calls", who, at=at, window_s=WINDOW_S, weight=weight) > most:
        raise Throttled(
            _("More than %(calls)d calls in a minute.") % {"calls": most},
            remedy=_("Wait a minute; with a token more is allowed."),
        )
