"""The answer under an agreement that has ended: 410 with the owner's signed notice of it."""

from __future__ import annotations

import orjson
from django.http import HttpResponse

from apps.provider import services as provider
from apps.provider.errors import AgreementEnded


def ended(error: AgreementEnded) -> HttpResponse:
    """A problem (RFC 9457) with the extension member ``notice``: the signed envelope."""
    body = {
        "type": "about:blank",
        "title": error.code.replace("-", " "),
        "status": error.status,
        "code": error.code,
        "detail": error.message,
        "part": error.part,
        "remedy": error.remedy,
        "notice": provider.notice_of(error.agreement),
    }
    return HttpResponse(orjson.dumps(body), status=error.status, content_type="application/problem+json")
