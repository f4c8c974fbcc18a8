"""What one demo node says about itself for the report, from its own tables alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Sum

from apps.agreements.models import Agreement, Negotiation
from apps.consumer import selectors as consumer
from apps.consumer.models import PageReceipt, Purge, Subscription
from apps.core import clock
from apps.ledger import selectors as ledger
from apps.peers import services as peers
from apps.provider import selectors as provider
from apps.sensors import selectors as sensors_read
from apps.sensors import services as sensors
from apps.sensors.models import DatastreamState, Quarantined


def progress() -> dict[str, Any]:
    """How far this node is: open negotiations, whether its simulator measures, what it holds, and since when whole."""
    sensors.sequence()
    _epoch, high = sensors_read.epoch_and_high()
    return {
        "at": clock.now().isoformat(),
        "high": high,
        "simulates": DatastreamState.objects.filter(
            datastream__external_key__startswith="simulator/", observation_count__gt=0
        ).exists(),
        "open": Negotiation.objects.exclude(state__in=("FINALIZED", "TERMINATED")).count(),
        "agreements": Agreement.objects.filter(role="consumer", state="active").count(),
        "replicas": [
            {"dataset": row.dataset, "rows": row.rows, "complete": _iso(row.last_complete_at), "error": row.last_error}
            for row in consumer.status()
        ],
    }


def node(*, since: datetime) -> dict[str, Any]:
    """Observations, ledger and latencies of this node; exchanges checkpoints first so that witnesses are current."""
    own, replicated = _observations("own"), _observations("replica")
    report = ledger.verify()
    summary = ledger.summary()
    pages = PageReceipt.objects.filter(latency_s__isnull=False, received_at__gte=since)
    return {
        "node": {
            "city": settings.NODE.city_name,
            "url": settings.NODE.base_url,
            "did": settings.NODE.did,
            "observations_own": own,
            "observations_replicated": replicated,
        },
        "ledger": {
            "city": settings.NODE.city_name,
            "entries": report.entries,
            "checkpoint": _checkpoint(summary),
            "verified": report.ok,
            "witnesses": sorted(summary.witnesses),
        },
        "quarantined": Quarantined.objects.count(),
        "latencies": list(pages.values_list("latency_s", flat=True)),
    }


def exchange() -> int:
    """Offer the current checkpoint to every peer and collect what they cosign; returns how many answered."""
    answered = 0
    later = clock.now() + timedelta(minutes=30)
    for watch_id in peers.due_exchanges(at=later):
        answered += peers.exchange_checkpoint(watch_id=watch_id, at=later)
    return answered


def owned(*, as_of: datetime) -> list[dict[str, Any]]:
    """Rows and digest of every active agreement of which this node is the provider, its terms applied."""
    found = []
    for agreement in Agreement.objects.filter(role="provider", state="active").select_related("peer"):
        rows, digest = provider.dataset_digest(agreement.uid, as_of)
        found.append(
            {
                "uid": agreement.uid,
                "owner": settings.NODE.city_name,
                "consumer": agreement.peer.name,
                "dataset": agreement.dataset_identifier,
                "terms": agreement.terms,
                "rows": rows,
                "digest": digest,
            }
        )
    return found


def held(*, as_of: datetime) -> list[dict[str, Any]]:
    """Rows and digest of every replica held here."""
    found = []
    for row in Subscription.objects.filter(agreement__state="active").select_related("agreement"):
        rows, digest = consumer.replica_digest(row.pk, as_of)
        found.append({"uid": row.agreement.uid, "rows": rows, "digest": digest, "complete": _iso(row.last_complete_at)})
    return found


def ended() -> dict[str, Any]:
    """What this node knows of ended agreements: as owner the withdrawals, as consumer the purges."""
    limits = dict(Agreement.objects.filter(state="expired").values_list("uid", "expires_at"))
    purges = Purge.objects.filter(kind__in=("withdrawn", "expired", "terminated")).select_related("agreement")
    return {
        "withdrawals": [
            {
                "uid": row.agreement_uid,
                "kind": row.kind,
                "dataset": row.dataset,
                # An expired agreement ended at its limit, whenever the tick came round to write it down.
                "ended_at": (limits.get(row.agreement_uid) or row.ended_at).isoformat(),
                "seconds_to_receipt": row.seconds_to_receipt,
                "receipt_verified": row.receipt_verified,
                "rows_before": row.rows_before,
                "rows_after": row.rows_after,
            }
            for row in provider.withdrawals()
        ],
        "purges": [
            {
                "uid": row.agreement.uid,
                "rows_before": row.rows_before,
                "rows_after": row.rows_after,
                "rows_now": _rows_under(row.agreement),
            }
            for row in purges
        ],
    }


def _rows_under(agreement: Agreement) -> int:
    """What is in the observation table now for the agreement's replica – counted, not remembered."""
    states = DatastreamState.objects.filter(datastream__replica__subscription__agreement=agreement)
    return int(states.aggregate(total=Sum("observation_count"))["total"] or 0)


def _observations(origin: str) -> int:
    states = DatastreamState.objects.all()
    states = states.filter(datastream__origin="") if origin == "own" else states.exclude(datastream__origin="")
    return int(states.aggregate(total=Sum("observation_count"))["total"] or 0)


def _checkpoint(summary: Any) -> str:
    return f"{summary.size}:{summary.root}"


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
