"""``POST $batch``: many requests in one, answered one by one (OGC 18-088, section 11; OData 4.01 JSON, section 19)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from apps.core.errors import Invalid
from apps.sensorthings.batches import documents, multipart
from apps.sensorthings.batches.running import Dispatch


def answer(request: HttpRequest, dispatch: Dispatch) -> HttpResponse:
    """The answer to a batch as JSON or ``multipart/mixed``, as it came; ``dispatch`` answers a single request.

    A part that fails is answered in its place; the batch itself is 200. Raises Invalid when its frame is broken.
    """
    kind = (request.content_type or "").lower()
    if kind == "multipart/mixed":
        return multipart.answer(request, dispatch)
    if kind in ("application/json", ""):
        return documents.answer(request, dispatch)
    raise Invalid("A batch is application/json or multipart/mixed.", part="Content-Type")
