"""The body of a call: plain JSON, not too large."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.ingest import envelope
from apps.ingest.errors import UnsupportedMedia

JSON = "application/json"


def read(request: HttpRequest, *, dialects: bool = False) -> bytes:
    """The bytes of a body of ``application/json``, with ``dialects`` also of ``application/…+json`` (RFC 6839).

    Raises UnsupportedMedia, TooLarge, and Invalid when the body breaks off.
    """
    kind = (request.content_type or "").lower()
    if kind != JSON and not (dialects and kind.startswith("application/") and kind.endswith("+json")):
        raise UnsupportedMedia(_("Send application/json."), part="Content-Type")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise UnsupportedMedia(_("Send the body without compression."), part="Content-Encoding")
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length[:20]) > envelope.MAX_BYTES:
        raise envelope.too_many_bytes()
    try:
        body = request.read(envelope.MAX_BYTES + 1)
    except UnreadablePostError:
        raise Invalid(_("The body broke off."), part="body") from None
    if len(body) > envelope.MAX_BYTES:
        raise envelope.too_many_bytes()
    return body
