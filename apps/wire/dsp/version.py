"""The version document (DSP 2025-1, "Exposure of Versions")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.wire.dsp import checks
from apps.wire.errors import BadMessage

VERSION = "2025-1"
PATH = "/dsp/2025-1"
WELL_KNOWN = "/.well-known/dspace-version"


def document(*, service_id: str) -> dict[str, Any]:
    """What this node serves without authentication; ``service_id`` is its DID."""
    entry = {
        "version": VERSION,
        "path": PATH,
        "binding": "HTTPS",
        "identifierType": "did:web",
        "serviceId": service_id,
    }
    return {"protocolVersions": [entry]}


def path_in(value: Mapping[str, Any]) -> str:
    """The path at which a peer speaks 2025-1. Raises BadMessage where it does not, or names no plain path."""
    for entry in checks.array(value.get("protocolVersions"), "protocolVersions", least=1):
        version = checks.mapping(entry, "protocolVersions[]")
        if version.get("version") == VERSION and version.get("binding") == "HTTPS":
            path = checks.string(version.get("path"), "protocolVersions[].path", longest=checks.MAX_ID)
            if not path.startswith("/") or path.startswith("//") or ".." in path or "?" in path or "#" in path:
                raise BadMessage("The protocol's path must be a plain path.", part="protocolVersions[].path")
            return path.rstrip("/")
    raise BadMessage(f"The peer does not speak version {VERSION} of the Dataspace Protocol.", part="protocolVersions")
