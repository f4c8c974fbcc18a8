"""Observations row by row, condensed for charts, and the latest."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import paging, render, shapes
from apps.api.parameters import Parameters
from apps.api.readers import Reader
from apps.api.views.base import MOMENT, NUMBER, TEXT, ApiView, described
from apps.api.views.catalogue import CURSOR
from apps.holdings import selectors as holdings

MOST_ROWS = 10_000
IDS = (TEXT, gettext_lazy("Only these datastreams: numbers, separated by commas."))
START = (MOMENT, gettext_lazy("From this time on (RFC 3339 or a day), inclusive."))
END = (MOMENT, gettext_lazy("Up to this time, exclusive."))


@described(
    "observations",
    gettext_lazy("Values of a dataset, row by row"),
    shapes.ObservationsShape,
    tag="values",
    parameters={
        "datastream": IDS,
        "start": START,
        "end": END,
        "cursor": CURSOR,
        "limit": (NUMBER, gettext_lazy("About how many rows, 1 to 10000; buckets stay whole.")),
    },
)
class Observations(ApiView):
    """Rows under the reader's terms."""

    allowed: ClassVar[tuple[str, ...]] = ("datastream", "start", "end", "cursor", "limit")

    def get(self, request: Request, **kwargs: str) -> Response:
        """A page by datastream and time."""
        given = Parameters(request._request.GET, self.allowed)
        shown = holdings.holding(request.user, kwargs["key"])
        chunk = holdings.page(
            request.user,
            shown,
            datastream_ids=given.ids("datastream"),
            start=given.moment("start"),
            end=given.moment("end"),
            cursor=given.cursor(),
            limit=given.whole("limit", default=1_000, most=MOST_ROWS),
        )
        following = paging.following(request._request, chunk.cursor) if chunk.cursor else None
        return Response({"next": following, "results": render.observations(chunk)})


@described(
    "series",
    gettext_lazy("Values of a dataset, condensed for a chart; peaks survive"),
    shapes.SeriesListShape,
    tag="values",
    parameters={
        "datastream": IDS,
        "start": START,
        "end": END,
        "points": (NUMBER, gettext_lazy("At most so many points a line, 1 to 5000.")),
    },
)
class SeriesLines(ApiView):
    """Lines under the reader's terms."""

    allowed: ClassVar[tuple[str, ...]] = ("datastream", "start", "end", "points")

    def read(self, reader: Reader, given: Parameters, **kwargs: str) -> dict[str, Any]:
        """A line for each datastream and statistic."""
        lines = holdings.series(
            reader,
            holdings.holding(reader, kwargs["key"]),
            given.ids("datastream"),
            start=given.moment("start"),
            end=given.moment("end"),
            points=given.whole("points", default=500, most=5_000),
        )
        return {"results": [render.series(line) for line in lines]}


@described(
    "latest",
    gettext_lazy("The latest value of each datastream of a dataset"),
    shapes.LatestShape,
    tag="values",
    parameters={"datastream": IDS},
)
class LatestValues(ApiView):
    """The latest values under the reader's terms."""

    allowed: ClassVar[tuple[str, ...]] = ("datastream",)

    def read(self, reader: Reader, given: Parameters, **kwargs: str) -> dict[str, Any]:
        """One for each datastream and statistic that has any."""
        shown = holdings.holding(reader, kwargs["key"])
        found = holdings.latest(reader, shown, given.ids("datastream"))
        return {"results": [render.latest(one) for one in found]}
