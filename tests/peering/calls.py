"""Speaking to the node under test over a real socket, with nothing between that would tidy the path."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from apps.peers.models import NodeKey
from apps.wire import signatures
from tests.peers.city import City


@dataclass
class Heard:
    """An answer of the node."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Its JSON."""
        return json.loads(self.body)


def speak(
    server: LiveServer, method: str, target: str, *, headers: dict[str, str] | None = None, body: bytes = b""
) -> Heard:
    """One request, byte for byte as given."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
        connection.putheader(name, value)
    connection.endheaders(body)
    answer = connection.getresponse()
    heard = Heard(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    connection.close()
    return heard


def ask(server: LiveServer, city: City, method: str, target: str, body: bytes = b"") -> Heard:
    """A rightly signed request of a city, whose answer is proven before it is returned."""
    headers = city.signed(method, target, body)
    heard = speak(server, method, target, headers=headers, body=body)
    prove(heard, method, target, headers)
    return heard


def prove(heard: Heard, method: str, target: str, headers: dict[str, str]) -> None:
    """Return only if this node signed the answer to exactly this request. Raises ``wire`` errors."""
    row: NodeKey = NodeKey.objects.current().get()
    signatures.verify_response(
        status=heard.status,
        headers=heard.headers,
        body=heard.body,
        request=signatures.Request(method=method, url=settings.NODE.base_url + target, headers=headers),
        resolve={row.keyid: row.verify_key}.get,
        at=datetime.now(UTC),
    )
