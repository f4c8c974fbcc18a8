"""The consumer's side of the sync bench: ``python -m owlnode.bench.consumer VERB …`` prints one JSON object."""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db.models import Sum  # noqa: E402

from apps.consumer import clients, selectors, services  # noqa: E402
from apps.consumer.models import Subscription  # noqa: E402
from apps.consumer.services import describing  # noqa: E402
from apps.core import clock  # noqa: E402
from apps.peers import selectors as peers  # noqa: E402
from apps.peers import services as peer_services  # noqa: E402
from apps.peers.models import Peer  # noqa: E402
from owlnode.bench import ground  # noqa: E402


def identity() -> dict[str, Any]:
    """Our address and identity document."""
    peer_services.ensure_identity()
    return {"base_url": settings.NODE.base_url, "document": peers.document()}


def trust(path: str) -> dict[str, Any]:
    """Pin the owner's key."""
    return {"peers": len(peer_services.trust_from_file(path=Path(path)))}


def agree(uid: str) -> dict[str, Any]:
    """Put our side of the agreement in place, things and datastreams included (the reference has its table, too)."""
    ground.agree(uid, "consumer", Peer.objects.get())
    services.follow_agreements()
    row = Subscription.objects.select_related("agreement", "peer").get(agreement__uid=uid)
    row.lease = uuid4()
    row.save()
    describing.follow_description(row, clients.HttpFeed(row).description(), at=clock.now())
    Subscription.objects.filter(pk=row.pk).update(lease=None)
    return {}


def pull(uid: str) -> dict[str, Any]:
    """Pull until the owner has nothing more; what it took, and the digest of what is held now."""
    row = Subscription.objects.get(agreement__uid=uid)
    before = selectors.pages(row.pk).aggregate(total=Sum("bytes"))["total"] or 0
    begin = time.perf_counter()
    while True:
        Subscription.objects.filter(pk=row.pk).update(next_attempt_at=clock.now())
        if services.pull(subscription_id=row.pk, seconds=600).complete:
            break
        row.refresh_from_db()
        if row.last_error:
            raise RuntimeError(row.last_error)
    seconds = time.perf_counter() - begin
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row.refresh_from_db()
    if row.as_of is None:
        raise RuntimeError("no page was applied")
    held, digest = selectors.replica_digest(row.pk, row.as_of)
    after = selectors.pages(row.pk).aggregate(total=Sum("bytes"))["total"] or 0
    return {
        "seconds": seconds,
        "bytes": after - before,
        "peak_mb": peak,
        "held": held,
        "digest": digest,
        "as_of": row.as_of.isoformat(),
    }


VERBS: dict[str, Callable[..., dict[str, Any]]] = {"identity": identity, "trust": trust, "agree": agree, "pull": pull}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(VERBS[sys.argv[1]](*sys.argv[2:])) + "\n")
