"""``did:web`` identifiers and documents (W3C did:web method; W3C Controlled Identifiers 1.0).

Only what this profile needs: a DNS name or IPv4 address, an optional port, an optional path. Keys and services
are read strictly – one that is not understood refuses the document, because an identity half understood is
worse than none. Other members of a document are ignored, as the standard asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import urlsplit

from apps.wire import keys
from apps.wire.errors import BadDid, BadKey

CONTEXT: Final = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
MAX_KEYS = 16
MAX_SERVICES = 16

_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*\Z")
_SEGMENT = re.compile(r"[A-Za-z0-9._-]{1,64}\Z")
_KEY_FRAGMENT = re.compile(r"#key-[1-9][0-9]{0,8}\Z")


@dataclass(frozen=True, slots=True)
class DidKey:
    """One published key; ``expires`` and ``revoked`` are aware UTC or None."""

    keyid: str
    raw: bytes
    expires: datetime | None = None
    revoked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """One published address: ``kind`` is the service type, ``endpoint`` an absolute URL."""

    id: str
    kind: str
    endpoint: str


@dataclass(frozen=True, slots=True)
class DidDocument:
    """A document understood in full."""

    did: str
    keys: tuple[DidKey, ...]
    services: tuple[Service, ...]

    def endpoint(self, kind: str) -> str | None:
        """The address of the first service of this kind, or None."""
        return next((service.endpoint for service in self.services if service.kind == kind), None)


def did_from_url(url: str) -> str:
    """``did:web:…`` of a base URL without query, such as ``https://owl.example.org`` or ``http://127.0.0.1:8101``.

    Raises BadDid for anything else, IPv6 addresses included (a did:web cannot spell them).
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _bad(f"{url[:100]!r} is not an address") from error
    segments = [segment for segment in parts.path.split("/") if segment]
    plain = url.isprintable() and "@" not in parts.netloc and not parts.query and not parts.fragment
    if parts.scheme not in ("http", "https") or not plain:
        raise _bad(f"{url[:100]!r} is not the plain base address of a node")
    host = parts.hostname or ""
    authority = f"{host}%3A{port}" if port is not None else host
    did = ":".join(["did:web", authority, *segments])
    _split(did)
    return did


def url_from_did(did: str, allow_http: bool = False) -> str:
    """The base URL behind ``did``, without trailing slash; ``http`` only where the caller allows it.

    Raises BadDid.
    """
    host, port, segments = _split(did)
    authority = host if port is None else f"{host}:{port}"
    return "/".join([f"{'http' if allow_http else 'https'}://{authority}", *segments])


def document_url(did: str, allow_http: bool = False) -> str:
    """Where the document of ``did`` is published (did:web, section 2.5.2). Raises BadDid."""
    path = "/did.json" if _split(did)[2] else "/.well-known/did.json"
    return url_from_did(did, allow_http) + path


def document(*, did: str, keys: Iterable[DidKey], services: Iterable[Service] = ()) -> dict[str, Any]:
    """The JSON document of ``did``. Revoked keys stay listed, but authenticate nothing.

    Raises BadDid for what ``parse`` would refuse.
    """
    listed = list(keys)
    usable = [key.keyid for key in listed if key.revoked is None]
    result: dict[str, Any] = {
        "@context": list(CONTEXT),
        "id": did,
        "verificationMethod": [_method(did, key) for key in listed],
        "authentication": usable,
        "assertionMethod": usable,
        "service": [
            {"id": service.id, "type": service.kind, "serviceEndpoint": service.endpoint} for service in services
        ],
    }
    parse(result)
    return result


def parse(value: Mapping[str, Any]) -> DidDocument:
    """The document in ``value``. Raises BadDid unless every key and service is understood.

    Keys that ``authentication`` does not name count as revoked even when no date says so.
    """
    did = value.get("id")
    if not isinstance(did, str):
        raise _bad("the document has no id")
    _split(did)
    if list(CONTEXT[:1]) != _entries(value, "@context")[:1]:
        raise _bad(f"@context must begin with {CONTEXT[0]}")
    methods = [_key(did, entry) for entry in _entries(value, "verificationMethod", MAX_KEYS)]
    usable = _entries(value, "authentication", MAX_KEYS)
    if len({key.keyid for key in methods}) != len(methods) or any(
        key.revoked is None and key.keyid not in usable for key in methods
    ):
        raise _bad("each key stands there once and is named under authentication unless revoked")
    services = tuple(_service(did, entry) for entry in _entries(value, "service", MAX_SERVICES))
    return DidDocument(did, tuple(methods), services)


def _split(did: str) -> tuple[str, int | None, list[str]]:
    if not did.startswith("did:web:") or len(did) > 512:
        raise _bad(f"{did[:100]!r} does not begin with did:web:")
    authority, *segments = did.removeprefix("did:web:").split(":")
    host, colon, port = authority.partition("%3A")
    if not _HOST.match(host) or (colon and not re.match(r"[1-9][0-9]{0,4}\Z", port)):
        raise _bad(f"{did[:100]!r} does not name a host in lower case and a port")
    if not all(_SEGMENT.match(segment) and segment.strip(".") for segment in segments):
        raise _bad(f"{did[:100]!r} has a path this profile does not know")
    if colon and int(port) > 65535:
        raise _bad(f"{did[:100]!r} has a port above 65535")
    return host, int(port) if colon else None, segments


def _method(did: str, key: DidKey) -> dict[str, str]:
    entry = {
        "id": key.keyid,
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": keys.to_multibase(key.raw),
    }
    for name, moment in (("expires", key.expires), ("revoked", key.revoked)):
        if moment is not None:
            entry[name] = moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return entry


def _key(did: str, entry: object) -> DidKey:
    known = {"id", "type", "controller", "publicKeyMultibase", "expires", "revoked"}
    if not isinstance(entry, dict) or set(entry) - known or not all(isinstance(v, str) for v in entry.values()):
        raise _bad("a verification method has members outside this profile")
    keyid = entry.get("id", "")
    if entry.get("type") != "Multikey" or entry.get("controller") != did:
        raise _bad("a verification method must be a Multikey controlled by the document itself")
    if not keyid.startswith(did) or not _KEY_FRAGMENT.match(keyid.removeprefix(did)):
        raise _bad("a key id must be the did and #key-<version>")
    try:
        raw = keys.VerifyKey(keyid, keys.from_multibase(entry.get("publicKeyMultibase", ""))).raw
    except BadKey as error:
        raise _bad(f"{keyid} is no usable key: {error.message}") from error
    return DidKey(keyid, raw, _moment(entry.get("expires")), _moment(entry.get("revoked")))


def _service(did: str, entry: object) -> Service:
    if not isinstance(entry, dict) or set(entry) != {"id", "type", "serviceEndpoint"}:
        raise _bad("a service has id, type and serviceEndpoint, and nothing else")
    values = (entry["id"], entry["type"], entry["serviceEndpoint"])
    if not all(isinstance(value, str) and 0 < len(value) <= 2048 for value in values):
        raise _bad("the members of a service are texts")
    if not values[0].startswith(f"{did}#") or not values[2].startswith(("https://", "http://")):
        raise _bad("a service id belongs to the did, and its endpoint is an absolute URL")
    return Service(*values)


def _entries(value: Mapping[str, Any], name: str, most: int = 16) -> list[Any]:
    found = value.get(name, [])
    if not isinstance(found, list) or len(found) > most:
        raise _bad(f"{name} must be a list of at most {most} entries")
    return found


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise _bad("a time is written as 2026-01-31T23:59:59Z") from error


def _bad(why: str) -> BadDid:
    return BadDid(f"Not an identity of this profile: {why}.", part="did")
