"""Steps of the tests' hand that only look: each tells from this node's own tables, or asks a peer as this node."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Sum

from apps.agreements.models import Agreement
from apps.consumer import selectors as consumer
from apps.consumer.models import Purge, ReplicaStream, Subscription
from apps.core import clock
from apps.core.errors import PeerError, PeerRefused
from apps.ledger import selectors as ledger_read
from apps.peers import clients
from apps.peers import selectors as peers
from apps.peers.models import Peer
from apps.provider import selectors as provider
from apps.provider.models import Receipt
from apps.sensors import selectors as sensors_read
from apps.sensors import services as sensors
from apps.sensors.models import Datastream, Observation
from apps.wire import envelopes, messages, pages


def peers_known() -> dict[str, str]:
    """City → state of trust."""
    return dict(Peer.objects.values_list("name", "state"))


def page(owner: str, uid: str, cursor: str = "", limit: int = 100_000) -> dict[str, Any]:
    """Ask an owner for a page of a feed, signed by this node: status, and the rows if it gives any."""
    path = f"/peering/v1/feed/{uid.rpartition(':')[2]}?limit={limit}" + (f"&cursor={cursor}" if cursor else "")
    try:
        answer = clients.send(peer=Peer.objects.get(name=owner), method="GET", path=path, accept=pages.MEDIA_TYPE)
    except PeerRefused as error:
        return {"status": error.peer_status, "code": error.peer_code, "rows": []}
    except PeerError as error:
        return {"status": 0, "code": type(error).__name__, "rows": []}
    columns = pages.decode(answer.body).columns
    rows = zip(
        columns.stream.tolist(), columns.time.tolist(), columns.span.tolist(), columns.result.tolist(), strict=True
    )
    return {"status": answer.status, "code": "", "rows": [list(row) for row in rows], "next": _next(answer.headers)}


def owned(uid: str, as_of: str) -> list[Any]:
    """Rows and digest of what the agreement gives, computed by the owner from its own tables."""
    return list(provider.dataset_digest(uid, datetime.fromisoformat(as_of)))


def held(uid: str, as_of: str) -> list[Any]:
    """Rows and digest of what is held under the agreement, computed by the consumer from its own tables."""
    return list(consumer.replica_digest(Subscription.objects.get(agreement__uid=uid).pk, datetime.fromisoformat(as_of)))


def replica(slug: str) -> dict[str, Any]:
    """The latest agreement about a peer's dataset, and what is held of it."""
    agreement = Agreement.objects.filter(role="consumer", dataset_identifier=slug).order_by("-id").first()
    if agreement is None:
        return {"uid": "", "complete": "", "rows": 0, "pages": 0, "streams": []}
    subscription = Subscription.objects.filter(agreement=agreement).first()
    streams = ReplicaStream.objects.filter(subscription=subscription).select_related("datastream__thing")
    ids = [row.datastream_id for row in streams]
    complete = subscription.last_complete_at if subscription else None
    return {
        "uid": agreement.uid,
        "state": agreement.state,
        "complete": complete.isoformat() if complete else "",
        "error": subscription.last_error if subscription else "",
        "rows": Observation.objects.filter(datastream_id__in=ids).count(),
        "pages": subscription.pages_received if subscription else 0,
        "streams": [
            {"id": row.datastream_id, "name": row.datastream.name, "thing": row.datastream.thing.name}
            for row in streams.order_by("datastream_id")
        ],
        "values": sorted(
            [row.phenomenon_time.isoformat(), row.span, row.result]
            for row in Observation.objects.filter(datastream_id__in=ids)[:200]
        ),
    }


def disclosed(uid: str) -> dict[str, Any]:
    """How much left this node under an agreement."""
    found = provider.disclosures(uid)
    return {"pages": found.count(), "rows": found.aggregate(total=Sum("rows"))["total"] or 0}


def ending(uid: str, streams: list[int]) -> dict[str, Any]:
    """What is left at the consumer of an ended agreement."""
    purge = Purge.objects.filter(agreement__uid=uid).first()
    return {
        "state": Agreement.objects.get(uid=uid).state,
        "purged": purge is not None and purge.purged_at is not None,
        "acknowledged": purge is not None and purge.acknowledged_at is not None,
        "rows_before": purge.rows_before if purge else None,
        "observations": Observation.objects.filter(datastream_id__in=streams).count(),
        "datastreams": Datastream.objects.filter(pk__in=streams).count(),
    }


def receipt(uid: str) -> dict[str, Any] | None:
    """The owner's receipt of a deletion: its signature checked once more against the pinned key, and the ledger's."""
    row = next((row for row in provider.withdrawals() if row.agreement_uid == uid), None)
    kept = Receipt.objects.filter(agreement__uid=uid).select_related("agreement__peer").first()
    if row is None or kept is None:
        return None
    opened = envelopes.open(kept.envelope, peers.verify_key)
    if not isinstance(opened, messages.Receipt):
        raise TypeError(type(opened).__name__)
    entry = None if kept.entry is None else ledger_read.entry(kept.entry)
    return {
        "kind": row.kind,
        "verified": row.receipt_verified,
        "signer_is_consumer": opened.consumer == kept.agreement.peer.did,
        "rows_before": opened.rows_before,
        "rows_after": opened.rows_after,
        "entered_as": str(entry.kind) if entry else "",
    }


def ledger() -> dict[str, Any]:
    """Verified from the first entry; which heads peers have cosigned, by their names; forks seen."""
    report = ledger_read.verify()
    return {
        "did": settings.NODE.did,
        "ok": report.ok,
        "entries": report.entries,
        "cosigned": {head.name: head.size for head in ledger_read.witness_heads()},
        "kinds": sorted(set(ledger_read.entries().values_list("kind", flat=True))),
        "forks": ledger_read.forks().count(),
        "epoch": _epoch(),
        "at": clock.now().isoformat(),
    }


def _epoch() -> int:
    sensors.sequence()
    return sensors_read.epoch_and_high()[0]


def _next(headers: Any) -> str:
    return str(headers.get("owl-next-cursor", ""))
