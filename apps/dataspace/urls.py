"""Routes of the Dataspace Protocol 2025-1 (HTTPS binding).

Both roles share one root: it is what the version document names and what this node gives as its callback address. Which
role a message is for follows from the process id in the path.
"""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.dataspace import views
from apps.dataspace.answers import Family
from apps.dataspace.exchange import Work, endpoint
from apps.wire.dsp import version

ROOT = version.PATH.lstrip("/")
C, N, T = Family.CATALOGUE, Family.NEGOTIATION, Family.TRANSFER


def _route(rest: str, family: Family, *, get: Work | None = None, post: Work | None = None) -> URLPattern:
    return path(f"{ROOT}/{rest}", endpoint(family, get=get, post=post))


urlpatterns: list[URLPattern] = [
    path(version.WELL_KNOWN.lstrip("/"), views.versions),
    _route("catalog/request", C, post=views.catalog),
    _route("catalog/datasets/<str:pid>", C, get=views.dataset),
    _route("negotiations/request", N, post=views.new_request),
    _route("negotiations/offers", N, post=views.new_offer),
    _route("negotiations/<str:pid>", N, get=views.show_negotiation),
    _route("negotiations/<str:pid>/request", N, post=views.again_request),
    _route("negotiations/<str:pid>/offers", N, post=views.again_offer),
    _route("negotiations/<str:pid>/events", N, post=views.event),
    _route("negotiations/<str:pid>/agreement", N, post=views.agreement),
    _route("negotiations/<str:pid>/agreement/verification", N, post=views.verification),
    _route("negotiations/<str:pid>/termination", N, post=views.end_negotiation),
    _route("transfers/request", T, post=views.new_transfer),
    _route("transfers/<str:pid>", T, get=views.show_transfer),
    _route("transfers/<str:pid>/start", T, post=views.start),
    _route("transfers/<str:pid>/suspension", T, post=views.suspension),
    _route("transfers/<str:pid>/completion", T, post=views.completion),
    _route("transfers/<str:pid>/termination", T, post=views.end_transfer),
]
