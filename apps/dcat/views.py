"""The catalogue and its datasets in the notations harvesters ask for."""

from __future__ import annotations

import hashlib
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from rdflib import Graph

from apps.core.errors import NotFound
from apps.core.problems import handles_errors
from apps.dcat import graphs, paging
from apps.holdings import selectors as holdings
from apps.holdings.types import Holding

NOTATIONS: Final = {
    "ttl": ("turtle", "text/turtle"),
    "xml": ("xml", "application/rdf+xml"),
    "jsonld": ("json-ld", "application/ld+json"),
}
FRESH_S: Final = 300


@require_safe
@handles_errors
def catalogue(request: HttpRequest, suffix: str = "") -> HttpResponseBase:
    """A page of the catalogue: own public datasets, whoever asks. Raises Invalid for a page or time that is none."""
    asked = paging.read(request.GET)
    if not suffix and _wants_a_page(request):
        return _see("portal-catalogue")
    suffix = suffix or _negotiated(request)
    shown, total = paging.cut(asked, _own())
    graph = graphs.empty()
    graphs.add_catalogue(graph, shown)
    paging.add(graph, asked, total, suffix=suffix)
    return _answer(request, graph, suffix, alternates="/catalog")


@require_safe
@handles_errors
def dataset(request: HttpRequest, identifier: str, suffix: str = "") -> HttpResponseBase:
    """One dataset. Raises NotFound for what is not there, not public or another city's."""
    one = next((one for one in _own() if one.identifier == identifier), None)
    if one is None:
        raise NotFound(_("There is no such dataset here."), part="dataset")
    if not suffix and _wants_a_page(request):
        return _see("portal-dataset", one.key)
    graph = graphs.empty()
    graphs.add_dataset(graph, one)
    return _answer(request, graph, suffix or _negotiated(request), alternates=f"/dataset/{identifier}")


def _own() -> list[Holding]:
    """A node exports only its own: what others share with it, they export."""
    return [one for one in holdings.holdings(None) if not one.is_replica]


def _negotiated(request: HttpRequest) -> str:
    """The notation that is accepted best (RFC 9110, section 12.5.1); Turtle where nothing fits or all do."""
    preferred = request.get_preferred_type([media_type for _name, media_type in NOTATIONS.values()])
    return next((suffix for suffix, (_name, kind) in NOTATIONS.items() if kind == preferred), "ttl")


def _wants_a_page(request: HttpRequest) -> bool:
    """A browser names HTML; who accepts just anything gets the data."""
    accepted = request.headers.get("Accept", "")
    return "text/html" in accepted and not any(kind in accepted for _name, kind in NOTATIONS.values())


def _see(name: str, *arguments: str) -> HttpResponse:
    """303: the thing itself cannot be sent, a page about it can. Turtle where there is no such page."""
    try:
        return redirect(reverse(name, args=arguments), permanent=False)
    except NoReverseMatch as error:
        raise NotFound(_("There is no page about this."), remedy=_("Ask for .ttl, .xml or .jsonld.")) from error


def _answer(request: HttpRequest, graph: Graph, suffix: str, *, alternates: str) -> HttpResponseBase:
    notation, media_type = NOTATIONS[suffix]
    body = graph.serialize(format=notation, encoding="utf-8")
    etag = f'W/"{hashlib.blake2b(b"".join(sorted(body.splitlines())), digest_size=16).hexdigest()}"'
    response = HttpResponse(body, content_type=f"{media_type}; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={FRESH_S}"
    response["Access-Control-Allow-Origin"] = "*"
    response["Link"] = ", ".join(
        f'<{alternates}.{other}>; rel="alternate"; type="{kind}"'
        for other, (_name, kind) in NOTATIONS.items()
        if other != suffix
    )
    patch_vary_headers(response, ["Accept"])
    return get_conditional_response(request, etag=etag, response=response) or response
