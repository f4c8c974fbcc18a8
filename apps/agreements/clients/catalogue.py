"""What a peer offers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, urljoin, urlsplit

from apps.agreements.clients.conversation import relative
from apps.agreements.clients.roots import under
from apps.peers import clients as peers
from apps.peers.models import Peer
from apps.wire.dsp import catalogue as wire
from apps.wire.dsp import document

MAX_PAGES = 100
_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*\brel="?next"?', re.IGNORECASE)


def datasets(peer: Peer, *, root: str) -> Iterator[wire.DatasetEntry]:
    """Every dataset in the peer's catalogue, page by page (Link headers, rel=next; at most 100 pages).

    Raises PeerError when the peer cannot be asked, BadMessage when its answer cannot be read.
    """
    path = relative(peer, root) + "/catalog/request"
    for _page in range(MAX_PAGES):
        answer = peers.send(peer=peer, method="POST", path=path, json=wire.CatalogRequestMessage().to_wire())
        yield from wire.Catalogue.parse(document.load(answer.body)).datasets
        following = _next(peer, path, answer.headers.get("link", ""))
        if following is None:
            return
        path = following


def dataset(peer: Peer, identifier: str, *, root: str) -> wire.DatasetEntry:
    """One dataset by its identifier on the wire. Raises PeerRefused (404: none is shown), PeerError, BadMessage."""
    path = f"{relative(peer, root)}/catalog/datasets/{quote(identifier, safe=':')}"
    answer = peers.send(peer=peer, method="GET", path=path)
    return wire.dataset_from_wire(document.load(answer.body))


def _next(peer: Peer, path: str, link: str) -> str | None:
    found = _NEXT.search(link)
    if not found:
        return None
    url = urljoin(peer.base_url + path, found[1])
    parts = urlsplit(url)
    if not under(peer, parts._replace(query="", fragment="").geturl()):
        return None
    return relative(peer, url)
