"""What the node owes: background work, partitions ahead, peers, receipts, ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from apps.agreements.models import Outbox
from apps.consumer.models import Purge, Subscription
from apps.core import clock, heartbeats
from apps.core.models import Heartbeat
from apps.ledger import selectors as ledger
from apps.ledger.models import Fork
from apps.peers.models import Peer
from apps.provider import selectors as provider
from owlnode.operations.findings.finding import Finding

LATE = timedelta(minutes=5)


def look() -> list[Finding]:
    """Late duties, processes, partitions, peers, receipts and ledger, in this order."""
    return [_late(), *_processes(), _partitions(), *_peers(), _receipts(), _ledger()]


def _processes() -> list[Finding]:
    """Processes that run for themselves; none, where none ever ran."""
    now = clock.now()
    return [_process(row, now) for row in Heartbeat.objects.order_by("name")]


def _process(row: Heartbeat, now: datetime) -> Finding:
    start = f"start it again: python manage.py {row.name}"
    if heartbeats.is_dead(row, at=now):
        return Finding(row.name, "wrong", f"silent since {row.beat_at:%Y-%m-%d %H:%M} UTC", start)
    if row.ended_at is not None:
        return Finding(row.name, "warning", f"ended at {row.ended_at:%Y-%m-%d %H:%M} UTC", start)
    if row.report.get("connected") is False:
        detail = row.report.get("last_error") or "not connected to the broker"
        return Finding(row.name, "wrong", str(detail), "check OWLNODE_MQTT_URL and that the broker runs")
    return Finding(row.name, "ok", f"alive on {row.place}")


def _late() -> Finding:
    limit = clock.now() - LATE
    waiting = {
        "messages to peers": Outbox.objects.filter(next_attempt_at__lt=limit).count(),
        "pulls": Subscription.objects.filter(next_attempt_at__lt=limit, state="active").count(),
        "deletions": Purge.objects.filter(next_attempt_at__lt=limit).count(),
    }
    late = ", ".join(f"{count} {name}" for name, count in waiting.items() if count)
    if late:
        return Finding("background work", "wrong", f"more than 5 minutes late: {late}", "start worker and beat")
    return Finding("background work", "ok", "nothing is late")


def _partitions() -> Finding:
    month = (clock.now() + timedelta(days=31)).strftime("%Y_%m")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'sensors_observation'::regclass"
            " AND inhrelid::regclass::text LIKE %s",
            [f"%{month}"],
        )
        row = cursor.fetchone()
    if row and row[0]:
        return Finding("partitions", "ok", "next month is there")
    return Finding(
        "partitions", "warning", "next month is missing", "start beat, or: python manage.py sensors partitions"
    )


def _peers() -> list[Finding]:
    found = []
    for peer in Peer.objects.filter(state="trusted"):
        if peer.failures >= 3:
            found.append(
                Finding(f"peer {peer.name}", "warning", peer.last_error or "fails", "ask that city; it is retried")
            )
        elif peer.clock_offset_s is not None and abs(peer.clock_offset_s) > 30:
            detail = f"its clock is {peer.clock_offset_s:+.0f} s from ours"
            found.append(Finding(f"peer {peer.name}", "warning", detail, "synchronise the time on both servers"))
        else:
            found.append(Finding(f"peer {peer.name}", "ok", "trusted and answering"))
    return found or [Finding("peers", "warning", "no trusted peer yet", "python manage.py peer add https://…")]


def _receipts() -> Finding:
    overdue = [row.dataset for row in provider.withdrawals() if row.overdue]
    if overdue:
        return Finding("receipts", "wrong", f"overdue for {', '.join(overdue)}", "call the city that holds the copy")
    return Finding("receipts", "ok", "none is overdue")


def _ledger() -> Finding:
    report = ledger.verify()
    forks = Fork.objects.count()
    if not report.ok:
        return Finding("ledger", "wrong", str(report.detail), "keep the database as it is and call the other cities")
    if forks:
        return Finding("ledger", "wrong", f"{forks} forks of peers kept as evidence", "see the admin's list of forks")
    return Finding("ledger", "ok", f"{report.entries} entries proven from the first one")
