"""The one view: reading here, the rest to ``writing``."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from apps.sensorthings import batches, paths, principals, reading, writing
from apps.sensorthings.errors import handles_errors
from apps.sensorthings.subrequests import SubRequest

READS = ("GET", "HEAD")
WRITES = ("POST", "PATCH", "PUT", "DELETE")


@csrf_exempt
@handles_errors
def resource(request: HttpRequest, rest: str | None = None) -> HttpResponseBase:
    """Whatever lies at this path; tokens stand in a header, which no foreign page can set, so CSRF guards nothing here.

    Writing by a session's cookie alone is for ``writing`` to refuse or to guard.
    """
    method = request.method or ""
    if method == "OPTIONS":
        return HttpResponse(status=204, headers={"Allow": ", ".join((*READS, *WRITES, "OPTIONS"))})
    path = paths.parse(rest or "")
    if method in READS:
        return reading.answer(request, path, principals.who(request, scope=principals.READ))
    if path.action == "$batch" and method == "POST":
        return batches.answer(request, _part)
    if method in WRITES:
        return writing.handle(request, path)
    return HttpResponse(status=405, headers={"Allow": ", ".join((*READS, *WRITES, "OPTIONS"))})


def _part(request: SubRequest) -> HttpResponseBase:
    """One request of a batch."""
    return resource(request, request.rest)
