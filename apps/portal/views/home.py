"""The first page: what the city measures now, with whom it shares, how to get at data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.holdings import selectors as holdings
from apps.holdings.types import Entry
from apps.portal import pins
from apps.portal.frames import page, reader

MOST_PLACES = 40


@dataclass(frozen=True, slots=True)
class Partner:
    """Another city, and what goes to it and comes from it under agreements in force."""

    name: str
    given: tuple[Entry, ...]
    received: tuple[Entry, ...]


@page("home")
def home(request: HttpRequest) -> HttpResponse:
    """Own datasets on a map and in a list, partners, ways to data."""
    asking = reader(request)
    shown = holdings.holdings(asking)
    own = [one for one in shown if not one.is_replica]
    places = pins.arrange(holdings.places(asking, own), own, holdings.now(asking, own))
    speaking = [place for place in places if place.readings][:MOST_PLACES]
    context = {
        "places": speaking,
        "stands": pins.together(speaking),
        "pins": pins.pins(speaking),
        "more_places": len(places) > len(speaking),
        "own": own,
        "replicas": len(shown) - len(own),
        "observations": sum(one.observation_count for one in own),
        "sensors": len({pk for one in own for pk in one.datastream_ids}),
        "partners": partners(holdings.register()),
    }
    return render(request, "portal/home.html", context)


def partners(entries: Sequence[Entry]) -> list[Partner]:
    """Cities with an agreement in force, by name."""
    active = [one for one in entries if one.state == "active"]
    return [
        Partner(
            name,
            tuple(one for one in active if one.partner == name and one.given),
            tuple(one for one in active if one.partner == name and not one.given),
        )
        for name in sorted({one.partner for one in active})
    ]
