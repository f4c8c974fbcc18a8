"""Looking for datasets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.core.errors import Invalid
from apps.holdings import selectors as holdings
from apps.holdings.types import Facet, Results
from apps.portal import words
from apps.portal.frames import page, reader

FACETS: Final[dict[str, tuple[str | Promise, words.Words]]] = {
    "city": (_("City"), {}),
    "theme": (_("Theme"), words.THEMES),
    "freshness": (_("Freshness"), words.FRESHNESS),
    "visibility": (_("For whom"), words.VISIBILITIES),
    "format": (_("Format"), words.FORMATS),
    "licence": (_("Licence"), words.LICENCES),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A value one may choose or take back; ``url`` does it."""

    label: str | Promise
    count: int
    chosen: bool
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The choices of one facet."""

    label: str | Promise
    choices: tuple[Choice, ...]


@page("catalogue")
def catalogue(request: HttpRequest) -> HttpResponse:
    """What fits ``q`` and the facets, a page at a time."""
    given = {name: request.GET[name] for name in (*FACETS, "measurand") if request.GET.get(name)}
    text = request.GET.get("q", "").strip()
    found = holdings.search(
        reader(request),
        text=text,
        page=_number(request),
        city=given.get("city", ""),
        theme=given.get("theme", ""),
        format=given.get("format", ""),
        licence=given.get("licence", ""),
        freshness=given.get("freshness", ""),
        visibility=given.get("visibility", ""),
        measurand=given.get("measurand", ""),
    )
    asked = ({"q": text} if text else {}) | given
    context = {
        "found": found,
        "text": text,
        "groups": _groups(found, asked),
        "hidden": given,
        "filtered": bool(given),
        "earlier": _url(asked, page=found.page - 1) if found.page > 1 else "",
        "later": _url(asked, page=found.page + 1) if found.page < found.pages else "",
    }
    return render(request, "portal/catalogue.html", context)


def _groups(found: Results, asked: dict[str, str]) -> list[Group]:
    groups = []
    for name, (label, table) in FACETS.items():
        facets = found.facets.get(name, ())
        if len(facets) > 1 or any(facet.chosen for facet in facets):
            groups.append(Group(label, tuple(_choice(name, facet, table, asked) for facet in facets)))
    return groups


def _choice(name: str, facet: Facet, table: words.Words, asked: dict[str, str]) -> Choice:
    others = {key: value for key, value in asked.items() if key != name}
    url = _url(others if facet.chosen else others | {name: facet.value})
    return Choice(table.get(facet.value, facet.value), facet.count, facet.chosen, url)


def _url(asked: dict[str, str], **more: int) -> str:
    return "?" + urlencode({**asked, **more})


def _number(request: HttpRequest) -> int:
    text = request.GET.get("page") or "1"
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise Invalid(gettext("Pages count from 1."), part="page")
    return int(text)
