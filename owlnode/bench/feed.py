"""How fast a consumer's first copy is given out: rows read, terms applied, encoded, entered in the ledger, signed.

Runs inside a configured Django process against an empty scratch database. The reference is ``COPY … TO STDOUT`` of the
same columns of the same rows, read by the same driver; it runs before and after, so that other work slows both alike.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from apps.accounts import services as accounts
from apps.core import clock
from apps.peers import selectors as peers
from apps.peers import services as peer_services
from apps.peers.models import Peer
from apps.provider import services as provider
from apps.wire import keys, pages, signatures
from owlnode.bench import ground
from owlnode.bench.results import Result

BENCH = "feed"
REFERENCE = "COPY … TO STDOUT of the same rows"
COPY = "COPY (SELECT datastream_id, phenomenon_time, span, result FROM sensors_observation) TO STDOUT"


def run(*, rows: int) -> list[Result]:
    """Measure giving out ``rows`` readings of 500 datastreams as signed pages; leaves the database empty."""
    try:
        peer_services.ensure_identity()
        ids = ground.streams()
        ground.record(ground.readings(ids, rows), 50_000)
        ground.settle_statistics()
        user = accounts.create_principal(kind="peer", name="did:web:bench.example")
        peer = Peer.objects.create(
            did="did:web:bench.example", name="Bench", base_url="https://bench.example", user=user, state="trusted"
        )
        agreement = ground.offer(ids, peer)
        provider.disclose_description(peer=peer, agreement_uid=agreement)  # a consumer asks for this first
        before = _timed(_copy)
        reader = _Reader(peer, agreement)
        seconds = _timed(reader.read)
        after = _timed(_copy)
        if reader.rows != rows:
            raise RuntimeError(f"{reader.rows} of {rows} rows were given out")
        return [
            Result(
                bench=BENCH,
                metric="signed Arrow pages, rows/s",
                value=rows / seconds,
                unit="rows/s",
                reference=REFERENCE,
                reference_value=rows / ((before + after) / 2),
            ),
            Result(bench=BENCH, metric="on the wire", value=reader.bytes / rows, unit="bytes/observation"),
        ]
    finally:
        ground.empty()


class _Reader:
    """Asks for page after page as the edge does, signature included; only the socket is missing."""

    def __init__(self, peer: Peer, agreement: str) -> None:
        self.peer, self.agreement = peer, agreement
        self.rows = self.bytes = 0
        url = f"{settings.NODE.base_url}/peering/v1/feed/{agreement.rpartition(':')[2]}"
        key = keys.generate(f"{peer.did}#key-1")
        headers = signatures.sign_request(
            method="GET",
            url=url,
            headers={},
            body=b"",
            key=key,
            created=clock.now(),
            nonce=signatures.new_nonce(),
        )
        self.request = signatures.Request(method="GET", url=url, headers=headers)

    def read(self) -> None:
        """Read the whole first copy."""
        cursor, more = "", True
        while more:
            page = provider.disclose_page(peer=self.peer, agreement_uid=self.agreement, cursor=cursor)
            headers = {
                "Content-Type": pages.MEDIA_TYPE,
                "Owl-Next-Cursor": page.next_cursor,
                "Owl-More": "1" if page.more else "0",
                "Owl-As-Of": page.as_of.isoformat(),
                "Owl-Description": page.description,
                "Owl-Page-Digest": page.digest,
            }
            signatures.sign_response(
                status=200,
                headers=headers,
                body=page.body,
                request=self.request,
                key=peers.signing_key(),
                created=clock.now(),
            )
            self.rows += page.rows
            self.bytes += len(page.body)
            cursor, more = page.next_cursor, page.more


def _copy() -> None:
    with connection.cursor() as cursor, cursor.copy(COPY) as stream:
        size = sum(len(block) for block in stream)
    if not size:
        raise RuntimeError("the reference copied nothing")


def _timed(work: Callable[[], None]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin
