"""Whole datasets as files, streamed; and the feed of what happened to them."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Final

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from apps.api import answers, feeds, render, throttles
from apps.api.downloads import WRITERS, Frame, objects
from apps.api.parameters import Parameters
from apps.api.readers import Reader, reader_of, token_of
from apps.core import clock
from apps.core.errors import NotFound
from apps.holdings import selectors as holdings
from apps.holdings.types import Holding

ALLOWED: Final = ("datastream", "start", "end")
AT_ONCE: Final = 20_000
"""A file of so few rows is made before it is sent, so that its length is known."""
View = Callable[..., HttpResponseBase]


def _reading(weight: int) -> Callable[[View], View]:
    """Only reading, only so often, errors as everywhere in this edge."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, **kwargs: str) -> HttpResponseBase:
            if request.method == "OPTIONS":
                response: HttpResponseBase = HttpResponse(status=204)
            elif request.method not in {"GET", "HEAD"}:
                response = HttpResponse(status=405, headers={"Allow": answers.ALLOWED})
            else:
                response = _answered(view, request, weight, kwargs)
            answers.open_to_browsers(response)
            return response

        return wrapped

    return decorate


def _answered(view: View, request: HttpRequest, weight: int, kwargs: dict[str, str]) -> HttpResponseBase:
    try:
        token = token_of(request)
        throttles.check(request, token, weight=weight)
        reader = token.user if token else reader_of(request)
        response = view(request, reader, **kwargs)
        answers.cached(response, known=reader.is_authenticated)
    except Exception as error:
        told = answers.handle(error, {})
        if told is None:
            raise
        response = told
    return response


@_reading(throttles.DOWNLOAD_WEIGHT)
def download(request: HttpRequest, reader: Reader, *, key: str, format: str) -> HttpResponseBase:
    """The dataset as csv, json, geojson or parquet: all of it, or the datastreams and the range asked for.

    ``X-Estimated-Rows`` and ``X-Estimated-Bytes`` say about how much comes; small files also have their exact length.
    ``latest=true`` (GeoJSON): only the latest value of each series.
    """
    writer = WRITERS.get(format)
    if writer is None:
        raise NotFound(_("There is no such format."), part="format", remedy=", ".join(WRITERS))
    given = Parameters(request.GET, (*ALLOWED, "latest") if format == "geojson" else ALLOWED)
    shown = holdings.holding(reader, key)
    wanted, start, end = given.ids("datastream"), given.moment("start"), given.moment("end")
    frame = Frame.of(shown, holdings.places(reader, [shown]), made_at=clock.now())
    if given.flag("latest"):
        return _whole(request, shown, format, objects.geojson_of_latest(frame, holdings.latest(reader, shown, wanted)))
    estimate = holdings.estimate(reader, shown, datastream_ids=wanted, start=start, end=end)
    rows = holdings.rows(reader, shown, datastream_ids=wanted, start=start, end=end, chunk=AT_ONCE)
    # The first rows are read before anything is sent: what is wrong with the question is still an answer of its own.
    first = next(rows)
    parts = writer.write(frame, chain([first], rows))
    if not first.cursor:
        response: HttpResponseBase = _whole(request, shown, format, b"".join(parts))
    else:
        response = _streamed(shown, format, parts)
    response["X-Estimated-Rows"] = str(max(estimate.rows, len(first)))
    response["X-Estimated-Bytes"] = str(estimate.bytes[format])
    return response


@_reading(1)
def feed(request: HttpRequest, reader: Reader, *, key: str) -> HttpResponseBase:
    """What happened to a public dataset, as Atom (RFC 4287); the same for every reader."""
    Parameters(request.GET, ())
    shown, changes = holdings.changes(key)
    response = HttpResponse(feeds.atom(key, shown, changes), content_type="application/atom+xml; charset=utf-8")
    return answers.conditional(request, response)


def _whole(request: HttpRequest, shown: Holding, format: str, body: bytes) -> HttpResponseBase:
    response = HttpResponse(body, content_type=WRITERS[format].media_type)
    _name(response, shown, format)
    response["Content-Length"] = str(len(body))
    return answers.conditional(request, response)


def _streamed(shown: Holding, format: str, parts: Iterator[bytes]) -> HttpResponseBase:
    response = StreamingHttpResponse(parts, content_type=WRITERS[format].media_type)
    _name(response, shown, format)
    response["X-Accel-Buffering"] = "no"  # a proxy that collects the whole file first would show no progress
    return response


def _name(response: HttpResponseBase, shown: Holding, format: str) -> None:
    """A file name, and where licence, attribution and terms stand (RFC 8288)."""
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", shown.key)
    response["Content-Disposition"] = f'attachment; filename="{plain}.{format}"'
    links = [f'<{render.absolute("api-dataset", shown.key)}>; rel="describedby"; type="application/json"']
    if re.fullmatch(r"[a-z][a-z0-9+.-]*:[!#-;=?-~]+", shown.licence):
        links.append(f'<{shown.licence}>; rel="license"')
    response["Link"] = ", ".join(links)
