"""What every page about one request has in common: nobody keeps it, nobody indexes it, no address of it travels on."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from apps.core.errors import NotFound

P = ParamSpec("P")
REFERRER = "strict-origin"
"""No request tells more of the address than the city's own name, not even to ourselves. ``no-referrer`` would tell
nothing, but then a browser sends its forms with ``Origin: null``, which looks like somebody else's form."""
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def private(view: View[P]) -> View[P]:
    """Mark the answer as private; whatever is not found is the same 404 for every reason there may be."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except NotFound as error:
            raise Http404 from error
        response["Cache-Control"] = "no-store, private"
        response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        response["Referrer-Policy"] = REFERRER
        return response

    return guarded
