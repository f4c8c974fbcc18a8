"""Datasets, things and datastreams."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import paging, render, shapes
from apps.api.parameters import Parameters
from apps.api.readers import Reader
from apps.api.views.base import NUMBER, TEXT, ApiView, described
from apps.core.errors import NotFound
from apps.holdings import selectors as holdings
from apps.holdings.types import Holding, Spot, Stream

FACETS = ("city", "theme", "format", "licence", "freshness", "visibility")
CURSOR = (TEXT, gettext_lazy("Where the page begins: taken from “next”."))
LIMIT = (NUMBER, gettext_lazy("How many at most, 1 to 100."))
DATASET = (TEXT, gettext_lazy("Only of the dataset of this key."))


@described(
    "datasets",
    gettext_lazy("Datasets that you may see, own ones and those of other cities"),
    shapes.DatasetsShape,
    tag="catalogue",
    parameters={
        "q": (TEXT, gettext_lazy("Words to look for; German word forms are recognised.")),
        "city": (TEXT, gettext_lazy("Only of this city (name or DID).")),
        "theme": (TEXT, gettext_lazy("Only of this EU data theme, such as ENVI.")),
        "format": (TEXT, gettext_lazy("Only what can be had as csv, json, geojson, parquet, api or sensorthings.")),
        "licence": (TEXT, gettext_lazy("Only under this licence (URI).")),
        "freshness": (TEXT, gettext_lazy("Only what is fresh, late, silent, recorded, uploaded or unknown.")),
        "visibility": (TEXT, gettext_lazy("Only what is internal, for peers or public.")),
        "measurand": (TEXT, gettext_lazy("Only what measures this (a key of the measurands).")),
        "cursor": CURSOR,
        "limit": LIMIT,
    },
)
class Datasets(ApiView):
    """The catalogue."""

    allowed: ClassVar[tuple[str, ...]] = ("q", *FACETS, "measurand", "cursor", "limit")

    def get(self, request: Request, **kwargs: str) -> Response:
        """A page of what matches, with how many each further choice would leave."""
        given = Parameters(request._request.GET, self.allowed)
        found = holdings.search(
            request.user,
            text=given.text("q"),
            measurand=given.text("measurand"),
            after=given.cursor(),
            per_page=given.whole("limit", default=paging.DEFAULT, most=paging.MOST),
            city=given.text("city"),
            theme=given.text("theme"),
            format=given.text("format"),
            licence=given.text("licence"),
            freshness=given.text("freshness"),
            visibility=given.text("visibility"),
        )
        shown = found.holdings
        more = bool(shown) and found.is_more
        answer = {
            "total": found.total,
            "next": paging.following(request._request, shown[-1].key) if more else None,
            "results": [render.dataset(one) for one in shown],
            "facets": {
                name: [{"value": facet.value, "count": facet.count} for facet in facets]
                for name, facets in found.facets.items()
            },
        }
        return Response(answer)


@described("dataset", gettext_lazy("One dataset"), shapes.DatasetShape, tag="catalogue")
class Dataset(ApiView):
    """One dataset."""

    def read(self, reader: Reader, given: Parameters, **kwargs: str) -> dict[str, Any]:
        """Everything about it but its values."""
        return render.dataset(holdings.holding(reader, kwargs["key"]))


@described(
    "things",
    gettext_lazy("Things (stations, car parks …) with their datastreams, on the map"),
    shapes.ThingsShape,
    tag="catalogue",
    parameters={
        "dataset": DATASET,
        "bbox": (TEXT, gettext_lazy("Only in this box: west,south,east,north in degrees.")),
        "cursor": CURSOR,
        "limit": LIMIT,
    },
)
class Things(ApiView):
    """Things."""

    allowed: ClassVar[tuple[str, ...]] = ("dataset", "bbox", "cursor", "limit")

    def get(self, request: Request, **kwargs: str) -> Response:
        """A page of things by dataset and name."""
        given = Parameters(request._request.GET, self.allowed)
        box = given.box("bbox")
        spots = [spot for spot in _spots(request.user, given) if box is None or _inside(spot, box)]
        return Response(paging.page(request._request, given, spots, name=_thing_name, render=render.thing))


@described(
    "datastreams",
    gettext_lazy("Datastreams: what is measured where, in which unit"),
    shapes.DatastreamsShape,
    tag="catalogue",
    parameters={
        "dataset": DATASET,
        "measurand": (TEXT, gettext_lazy("Only what measures this (a name).")),
        "cursor": CURSOR,
        "limit": LIMIT,
    },
)
class Datastreams(ApiView):
    """Datastreams."""

    allowed: ClassVar[tuple[str, ...]] = ("dataset", "measurand", "cursor", "limit")

    def get(self, request: Request, **kwargs: str) -> Response:
        """A page of datastreams by dataset and thing."""
        given = Parameters(request._request.GET, self.allowed)
        wanted = given.text("measurand").casefold()
        pairs = [
            (stream, spot)
            for spot in _spots(request.user, given)
            for stream in spot.streams
            if not wanted or stream.measurand == wanted
        ]
        return Response(paging.page(request._request, given, pairs, name=_stream_name, render=_stream))


@described("datastream", gettext_lazy("One datastream"), shapes.DatastreamShape, tag="catalogue")
class Datastream(ApiView):
    """One datastream; in several datasets the first by key."""

    def read(self, reader: Reader, given: Parameters, **kwargs: str) -> dict[str, Any]:
        """Everything about it but its values."""
        wanted = int(kwargs["pk"])
        shown = [one for one in holdings.holdings(reader) if wanted in one.datastream_ids]
        for spot in holdings.places(reader, shown[:1]):
            for stream in spot.streams:
                if stream.id == wanted:
                    return render.datastream(stream, spot)
        raise NotFound(_("There is no such datastream here."), part="datastream")


def _spots(reader: Reader, given: Parameters) -> list[Spot]:
    key = given.text("dataset")
    shown: list[Holding] = [holdings.holding(reader, key)] if key else holdings.holdings(reader)
    return holdings.places(reader, shown)


def _inside(spot: Spot, box: tuple[float, float, float, float]) -> bool:
    west, south, east, north = box
    if spot.longitude is None or spot.latitude is None:
        return False
    return west <= spot.longitude <= east and south <= spot.latitude <= north


def _thing_name(spot: Spot) -> str:
    return f"{spot.holding_key}/{spot.thing_id}"


def _stream_name(pair: tuple[Stream, Spot]) -> str:
    return f"{pair[1].holding_key}/{pair[0].id}"


def _stream(pair: tuple[Stream, Spot]) -> dict[str, Any]:
    return render.datastream(*pair)
