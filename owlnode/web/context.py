"""What every template may show: the node, the choices of the reader, the ways through the site."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

THEME_COOKIE: Final = "owl-theme"
THEMES: Final = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Way:
    """One link of a navigation; ``current`` where the reader is at or below it."""

    label: str | Promise
    url: str
    current: bool


MAIN: Final = (
    ("portal-home", _("Home")),
    ("portal-catalogue", _("Data")),
    ("portal-region", _("Region")),
    ("portal-register", _("Who gets our data")),
    ("portal-lab", _("Sensors to touch")),
    ("desk-request", _("Ask for data")),
)
FOOTER: Final = (
    ("portal-imprint", _("Imprint")),
    ("portal-privacy", _("Privacy")),
    ("portal-accessibility", _("Accessibility")),
    ("portal-accessibility#rueckmeldung", _("Report a barrier")),
    ("api-docs", _("Interface (API)")),
)


def page(request: HttpRequest) -> dict[str, Any]:
    """``node``, ``theme`` ('' follows the system), ``main_ways``, ``footer_ways``; absent pages are left out."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "node": settings.NODE,
        "theme": chosen if chosen in THEMES else "",
        "main_ways": ways(MAIN, request.path),
        "footer_ways": ways(FOOTER, request.path),
    }


def ways(names: tuple[tuple[str, str | Promise], ...], path: str) -> list[Way]:
    """Links to the named pages that this node has."""
    found = []
    for name, label in names:
        try:
            url = reverse(name.partition("#")[0])
        except NoReverseMatch:
            continue
        anchor = name.partition("#")[2]
        here = path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))
        found.append(Way(label, f"{url}#{anchor}" if anchor else url, here and not anchor))
    return found
