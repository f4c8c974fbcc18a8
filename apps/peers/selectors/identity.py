"""Who this node is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core import clock
from apps.peers.errors import KeyMissing
from apps.peers.models import NodeKey
from apps.peers.types import Identity, KeySet
from apps.wire import did, keys


def this_node(*, at: datetime | None = None) -> Identity:
    """DID, address, city, and the key that signs now. Raises KeyMissing before ``services.ensure_identity`` ran."""
    published = own_key_set(published_keys(at=at))
    return Identity(
        did=settings.NODE.did,
        base_url=settings.NODE.base_url,
        city=settings.NODE.city,
        city_name=settings.NODE.city_name,
        keyid=_current().keyid,
        fingerprint=published.fingerprint,
        words=published.words,
    )


def own_fingerprint(*, at: datetime | None = None) -> KeySet:
    """What the administrators of another city compare with what their screen shows: fingerprint and words."""
    return own_key_set(published_keys(at=at))


def own_key_set(published: Iterable[did.DidKey]) -> KeySet:
    """Fingerprint and words over these keys, the oldest first."""
    return KeySet.of(key.raw for key in published)


def published_keys(*, at: datetime | None = None) -> list[did.DidKey]:
    """The current key and those of an overlap, the oldest version first; expiry times in UTC."""
    rows = NodeKey.objects.published(at or clock.now())
    return [did.DidKey(row.keyid, row.verify_key.raw, expires=row.expires_at) for row in rows]


def document(*, at: datetime | None = None) -> dict[str, Any]:
    """The identity document for ``/.well-known/did.json`` (did:web). Raises KeyMissing without any key."""
    listed = published_keys(at=at)
    if not listed:
        raise _nameless()
    node = settings.NODE
    services = [
        did.Service(f"{node.did}#peering", "OwlPeering", f"{node.base_url}/peering/v1"),
        did.Service(f"{node.did}#dataspace", "DataService", f"{node.base_url}/.well-known/dspace-version"),
    ]
    return did.document(did=node.did, keys=listed, services=services)


def signing_key() -> keys.SigningKey:
    """The private key that signs requests, answers and envelopes now. Raises KeyMissing, KeyFileUnsafe."""
    return _current().private()


def _current() -> NodeKey:
    row: NodeKey | None = NodeKey.objects.current().first()
    if row is None:
        raise _nameless()
    return row


def _nameless() -> KeyMissing:
    return KeyMissing(
        _("This node has no key yet."), part="keys_dir", remedy=_("Run: manage.py peer identity – it makes one.")
    )
