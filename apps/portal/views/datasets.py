"""One dataset: description, terms, chart, table, map, ways to take it along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control

from apps.core.errors import NotFound
from apps.holdings import selectors as holdings
from apps.holdings.types import Holding, Spot, Stream
from apps.portal import charts, links, pins, ranges, snippets, words
from apps.portal.frames import page, reader

MOST_LINES: Final = 8
TABLE_POINTS: Final = 48
CHART_POINTS: Final = 600


@page("dataset")
def dataset(request: HttpRequest, key: str) -> HttpResponse:
    """Everything this reader may know of one dataset, own or replicated."""
    asking = reader(request)
    holding = holdings.holding(asking, key)
    spots = holdings.places(asking, [holding])
    places = pins.arrange(spots, [holding], holdings.now(asking, [holding]))
    files = links.downloads(asking, holding)
    context = {
        "holding": holding,
        "places": places,
        "stands": pins.together(places),
        "pins": pins.pins(places),
        "entries": [one for one in holdings.register() if one.given and one.dataset == holding.identifier]
        if not holding.is_replica
        else [],
        "downloads": files,
        "snippets": snippets.snippets(holding, files),
        "citation": snippets.citation(holding),
        "licence": words.licence(holding.licence),
        "licence_url": words.TEXTS.get(holding.licence, holding.licence if "://" in holding.licence else ""),
        "ask_url": links.address("desk-request"),
        "feed_url": links.address("api-feed", holding.key),
        **_shown(request, holding, spots),
    }
    return render(request, "portal/dataset.html", context)


@page("chart")
@cache_control(private=True, max_age=15)
def chart(request: HttpRequest, key: str) -> HttpResponse:
    """The lines of ``measurand`` in the range asked for, for ``web/js/chart.js``."""
    asking = reader(request)
    holding = holdings.holding(asking, key)
    streams = [stream for spot in holdings.places(asking, [holding]) for stream in spot.streams]
    ids = _ids(streams, _measurand(request, streams))
    span = ranges.chosen(request.GET.dict(), holding)
    found = holdings.series(asking, holding, ids, start=span.start, end=span.end, points=CHART_POINTS) if ids else []
    with_owner = holding.owner_name if request.GET.get("owner") else ""
    unit = found[0].unit_symbol if found else ""
    return JsonResponse({"title": holding.title(), "unit": unit, "series": charts.lines(found, owner=with_owner)})


def _shown(request: HttpRequest, holding: Holding, spots: Sequence[Spot]) -> dict[str, Any]:
    """What the chart and its table show: the measurand and range chosen, and the values of the table."""
    streams = [stream for spot in spots for stream in spot.streams]
    measurand = _measurand(request, streams)
    span = ranges.chosen(request.GET.dict(), holding)
    ids = _ids(streams, measurand)
    points = TABLE_POINTS
    found = holdings.series(reader(request), holding, ids, start=span.start, end=span.end, points=points) if ids else []
    query = request.GET.copy()
    query["measurand"] = measurand
    return {
        "measurands": sorted({stream.measurand: stream.measurand_name for stream in streams}.items()),
        "measurand": measurand,
        "measurand_name": next((one.measurand_name for one in streams if one.measurand == measurand), ""),
        "left_out": len([stream for stream in streams if stream.measurand == measurand]) - len(ids),
        "span": span,
        "usual": [(name, label) for name, (label, _length) in ranges.USUAL.items()],
        "lines": [(charts.label(line), line.unit_symbol) for line in found],
        "table": charts.table(found),
        "chart_query": query.urlencode(),
    }


def _measurand(request: HttpRequest, streams: Sequence[Stream]) -> str:
    """The one asked for, else the first by name. Raises NotFound for one that the dataset does not have."""
    known = sorted({stream.measurand for stream in streams})
    asked = request.GET.get("measurand", "")
    if asked and asked not in known:
        raise NotFound(_("This dataset does not measure that."), part="measurand")
    return asked or (known[0] if known else "")


def _ids(streams: Sequence[Stream], measurand: str) -> list[int]:
    return sorted(stream.id for stream in streams if stream.measurand == measurand)[:MOST_LINES]
