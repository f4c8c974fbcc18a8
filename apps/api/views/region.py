"""What cities share with each other, and this node itself."""

from __future__ import annotations

from collections import Counter
from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api import paging, render, shapes
from apps.api.parameters import Parameters
from apps.api.readers import Reader
from apps.api.views.base import TEXT, ApiView, described
from apps.api.views.catalogue import CURSOR, LIMIT
from apps.core import clock
from apps.core.errors import Invalid, NotFound
from apps.holdings import selectors as holdings
from apps.holdings.types import Entry, Measurand

STATES = ("active", "withdrawn", "expired", "terminated")
DIRECTIONS = ("given", "received")


@described(
    "agreements",
    gettext_lazy("The sharing register: which dataset went to whom, for what, and what became of it"),
    shapes.RegisterShape,
    tag="region",
    parameters={
        "dataset": (TEXT, gettext_lazy("Only about the dataset of this identifier.")),
        "partner": (TEXT, gettext_lazy("Only with this city (name or DID).")),
        "state": (TEXT, gettext_lazy("Only active, withdrawn, expired or terminated ones.")),
        "direction": (TEXT, gettext_lazy("Only what was given or received.")),
        "cursor": CURSOR,
        "limit": LIMIT,
    },
)
class Agreements(ApiView):
    """The sharing register."""

    allowed: ClassVar[tuple[str, ...]] = ("dataset", "partner", "state", "direction", "cursor", "limit")

    def get(self, request: Request, **kwargs: str) -> Response:
        """A page, the latest first."""
        given = Parameters(request._request.GET, self.allowed)
        state, direction = _one_of(given, "state", STATES), _one_of(given, "direction", DIRECTIONS)
        dataset, partner = given.text("dataset"), given.text("partner")
        found = [
            one
            for one in holdings.register()
            if (not dataset or one.dataset == dataset)
            and (not partner or partner in {one.partner, one.partner_did})
            and (not state or one.state == state)
            and (not direction or one.given == (direction == "given"))
        ]
        return Response(paging.page(request._request, given, found, name=_uid, render=render.agreement))


@described(
    "measurands",
    gettext_lazy("What is measured, across all cities that share it here"),
    shapes.MeasurandsShape,
    tag="region",
    parameters={"cursor": CURSOR, "limit": LIMIT},
)
class Measurands(ApiView):
    """Quantities."""

    allowed: ClassVar[tuple[str, ...]] = ("cursor", "limit")

    def get(self, request: Request, **kwargs: str) -> Response:
        """A page, those of most cities first."""
        given = Parameters(request._request.GET, self.allowed)
        found = holdings.measurands(request.user)
        return Response(paging.page(request._request, given, found, name=_key, render=render.measurand))


@described("measurand", gettext_lazy("One quantity across cities"), shapes.MeasurandShape, tag="region")
class OneMeasurand(ApiView):
    """One quantity."""

    def read(self, reader: Reader, given: Parameters, **kwargs: str) -> dict[str, Any]:
        """With every dataset that has it."""
        for one in holdings.measurands(reader):
            if one.key == kwargs["key"]:
                return render.measurand(one)
        raise NotFound(_("Nothing of that name is measured here."), part="measurand")


@described("status", gettext_lazy("This node, and how much of it you may see"), shapes.StatusShape, tag="node")
class Status(ApiView):
    """The node."""

    def read(self, reader: Reader, given: Parameters, **kwargs: str) -> dict[str, Any]:
        """Who it is, what time it has, how many datasets this reader sees."""
        node, shown = settings.NODE, holdings.holdings(reader)
        return {
            "city": node.city_name,
            "did": node.did,
            "publisher": node.publisher_name,
            "software": node.software,
            "time": clock.now(),
            "reader": str(getattr(reader, "kind", "anybody")),
            "datasets": sum(not one.is_replica for one in shown),
            "replicas": sum(one.is_replica for one in shown),
            "observations": sum(one.observation_count for one in shown),
            "freshness": dict(Counter(str(one.freshness) for one in shown)),
            "links": {
                name: render.absolute(f"api-{name}")
                for name in ("datasets", "things", "datastreams", "agreements", "measurands", "schema", "docs")
            },
        }


class Elsewhere(ApiView):
    """Any other address below the API: an error as all others are."""

    schema = None

    def get(self, request: Request, *parts: str, **kwargs: str) -> Response:
        """There is nothing. Raises NotFound."""
        raise NotFound(_("There is nothing here."), remedy=_("The API is described at /api/v1/docs."))


def _one_of(given: Parameters, name: str, known: tuple[str, ...]) -> str:
    value = given.text(name)
    if value and value not in known:
        raise Invalid(_("This must be one of: %s.") % ", ".join(known), part=name)
    return value


def _uid(one: Entry) -> str:
    return one.uid


def _key(one: Measurand) -> str:
    return one.key
