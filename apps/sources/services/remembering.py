"""Recognising uplinks that came before: webhooks sent again, LoRaWAN frames heard twice, MQTT redelivery."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection

from apps.sources.models import SeenUplink, Source
from apps.sources.types import Uplink

_REMEMBER = """
INSERT INTO sources_seenuplink (fingerprint, source_id, expires_at)
SELECT * FROM unnest(%s::uuid[], %s::bigint[], %s::timestamptz[]) AS n (fingerprint, source_id, expires_at)
ORDER BY fingerprint
ON CONFLICT (fingerprint) DO UPDATE SET expires_at = excluded.expires_at
    WHERE sources_seenuplink.expires_at <= %s
RETURNING fingerprint
"""


def fresh(uplinks: Sequence[Uplink], source: Source, *, at: datetime) -> list[tuple[int, Uplink]]:
    """Remember the keys of these uplinks; returns those that are new, each with its place in the call.

    Belongs to the caller's transaction: what is rolled back is forgotten. Another transaction that takes the same
    uplink just now is waited for.
    """
    prints = [_fingerprint(source, uplink) if uplink.counter else None for uplink in uplinks]
    first: dict[uuid.UUID, int] = {}
    for place, digest in enumerate(prints):
        if digest is not None:
            first.setdefault(digest, place)
    if not first:
        return list(enumerate(uplinks))
    expiries = [at + timedelta(seconds=uplinks[place].remember_s) for place in first.values()]
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, [list(first), [source.pk] * len(first), expiries, at])
        new = {row[0] for row in cursor.fetchall()}
    return [
        (place, uplink)
        for place, (uplink, digest) in enumerate(zip(uplinks, prints, strict=True))
        if digest is None or (digest in new and first[digest] == place)
    ]


def forget(*, at: datetime, limit: int = 100_000) -> int:
    """Drop keys that need no longer be remembered, at most ``limit`` at once; returns how many."""
    due = SeenUplink.objects.filter(expires_at__lte=at).values("pk")[:limit]
    return SeenUplink.objects.filter(pk__in=due).delete()[0]


def _fingerprint(source: Source, uplink: Uplink) -> uuid.UUID:
    words = "\x1f".join((str(source.pk), uplink.device, uplink.counter))
    return uuid.UUID(bytes=hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).digest())
