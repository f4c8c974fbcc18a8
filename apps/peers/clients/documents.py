"""Fetching the identity document of a node that is not trusted yet."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core.errors import Invalid, PeerRefused
from apps.peers.clients import addresses, transport
from apps.peers.types import JSON, MAX_DOCUMENT_BYTES
from apps.wire import canonical, did
from apps.wire.errors import Malformed

PATH = "/.well-known/did.json"


def fetch_document(base_url: str) -> did.DidDocument:
    """The document that the node at ``base_url`` publishes (did:web, section 2.5.2), understood in full.

    It proves nothing but that somebody at this address says so. Raises PeerUnreachable (AddressRefused for a place
    this node does not connect to), PeerRefused for any status but 200, AnswerTooLarge above 64 KiB, Invalid for a
    document that is no identity or speaks of another address.
    """
    raw = transport.exchange(
        place=addresses.locate(base_url),
        method="GET",
        target=PATH,
        headers={"Accept": JSON, "User-Agent": settings.NODE.software},
        body=b"",
        seconds=settings.NODE.http_timeout_seconds,
        max_bytes=MAX_DOCUMENT_BYTES,
    )
    if raw.status != 200:
        raise PeerRefused(
            _("%(url)s answered with status %(status)d.") % {"url": base_url + PATH, "status": raw.status},
            peer_status=raw.status,
            remedy=_("Enter the address exactly as the other city gives it; redirects are not followed."),
        )
    return understand(raw.body, base_url)


def understand(body: bytes, base_url: str) -> did.DidDocument:
    """The identity in a document's bytes if it belongs to ``base_url``. Raises Invalid."""
    try:
        value = canonical.loads(body, max_bytes=MAX_DOCUMENT_BYTES)
        found = did.parse(value if isinstance(value, dict) else {})
        expected = did.did_from_url(base_url)
    except Malformed as error:
        raise Invalid(
            _("The document at %(url)s is no identity: %(why)s") % {"url": base_url, "why": error.message}, part="did"
        ) from error
    if found.did != expected:
        raise Invalid(
            _("The document at %(url)s is that of %(did)s.") % {"url": base_url, "did": found.did},
            part="did",
            remedy=_("Enter the node's own public address."),
        )
    return found
