"""The same quantity across all cities that share it."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from apps.core import clock
from apps.core.errors import NotFound
from apps.holdings import selectors as holdings
from apps.holdings.types import Measurand
from apps.portal import abreast, pins
from apps.portal.frames import page, reader

MOST_LINES: Final = 8


@page("region")
def measurands(request: HttpRequest) -> HttpResponse:
    """All quantities, those of most cities first."""
    found = holdings.measurands(reader(request))
    together = [one for one in found if one.cities > 1]
    alone = [one for one in found if one.cities == 1]
    return render(request, "portal/region.html", {"together": together, "alone": alone})


@page("region")
def measurand(request: HttpRequest, key: str) -> HttpResponse:
    """One quantity side by side: who owns it, under which terms, how old it is."""
    asking = reader(request)
    shown = holdings.holdings(asking)
    found = next((one for one in holdings.measurands(asking, among=shown) if one.key == key), None)
    if found is None:
        raise NotFound(_("Nobody shares this quantity here."), part="measurand")
    keys = [part.holding_key for part in found.parts]
    concerned = sorted((one for one in shown if one.key in keys), key=lambda one: keys.index(one.key))
    only = {pk for part in found.parts for pk in part.datastream_ids}
    spots = holdings.places(asking, concerned)
    places = pins.arrange(spots, concerned, holdings.now(asking, concerned, only), only)
    context = {
        "measurand": found,
        "holdings": concerned,
        "places": places,
        "lines": abreast.lines(concerned, places, at=clock.now()),
        "stands": pins.together(places),
        "pins": pins.pins(places, with_owner=True),
        "charted": _charted(found),
        "names": {stream.measurand for spot in spots for stream in spot.streams if stream.id in only},
    }
    return render(request, "portal/measurand.html", context)


def _charted(found: Measurand) -> list[str]:
    """The holdings whose lines one chart can still tell apart: own first, then as many as there are line styles."""
    return list(dict.fromkeys(part.holding_key for part in found.parts))[:MOST_LINES]
