"""How the world sees the node: name, TLS, reachability of its own documents, clock."""

from __future__ import annotations

import json
import socket
import ssl
import urllib.error
import urllib.request
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from django.conf import settings

from owlnode.operations.findings.finding import Finding


def look() -> list[Finding]:
    """DNS, then the DID document as a peer would fetch it, and the clock by the answer's date."""
    return [_name(), _document()]


def _name() -> Finding:
    host = urlsplit(settings.NODE.base_url).hostname or ""
    try:
        found = sorted({str(entry[4][0]) for entry in socket.getaddrinfo(host, None)})
    except OSError:
        return Finding(
            "name", "wrong", f"{host} does not resolve", "enter the name in the DNS, or mend OWLNODE_BASE_URL"
        )
    return Finding("name", "ok", f"{host} is {', '.join(found)}")


def _document() -> Finding:
    url = f"{settings.NODE.base_url}/.well-known/did.json"
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 - our own address
            document, date = json.load(answer), answer.headers.get("Date")
    except (ssl.SSLError, urllib.error.URLError, OSError, ValueError) as error:
        return Finding("outside", "wrong", f"{url}: {error}", "start the web process; check proxy, TLS and firewall")
    if document.get("id") != settings.NODE.did:
        return Finding("outside", "wrong", f"another node answers at {url}", "mend OWLNODE_BASE_URL or the proxy")
    offset = (datetime.now(tz=UTC) - parsedate_to_datetime(date)).total_seconds() if date else 0.0
    if abs(offset) > 30:
        return Finding("outside", "warning", f"clock and answer differ by {offset:.0f} s", "synchronise the time")
    return Finding("outside", "ok", f"{settings.NODE.did} is published")
