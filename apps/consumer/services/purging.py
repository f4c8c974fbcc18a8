"""Deleting a replica and proving it: rows, descriptions and files go, a signed receipt travels until it is accepted."""

from __future__ import annotations

import logging
import shutil
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from apps.consumer.models import PageReceipt, Purge, Refetch, ReplicaStream, Subscription, ThinnedDay
from apps.consumer.selectors import digests as own
from apps.consumer.types import PurgeState, SubscriptionState
from apps.core import clock, duties
from apps.core.errors import LeaseLost, OwlError
from apps.ledger import services as ledger
from apps.ledger.types import Kind
from apps.peers import clients as peers_clients
from apps.peers import selectors as peers
from apps.sensors import selectors as sensors_read
from apps.sensors import services as sensors
from apps.sensors.models import Thing
from apps.wire import canonical, digests, envelopes, messages
from apps.wire.messages.endings import Ending

log = logging.getLogger(__name__)
PATH = "/peering/v1/receipts"
LEASE_SECONDS = 600


def due_purges(*, at: datetime | None = None) -> list[int]:
    """The deletions and receipts to be worked on now, by primary key: one task each."""
    return list(duties.due(Purge.objects.open(), at=at or clock.now()).values_list("pk", flat=True)[:200])


def purge(*, purge_id: int, at: datetime | None = None) -> bool:
    """Do what is due about one deletion: delete, then deliver the receipt. Tells whether the owner has accepted it.

    Killed anywhere and run again: what is deleted stays deleted, the receipt is the one written with the deletion.
    """
    moment = at or clock.now()
    queue = Purge.objects.open().select_related("agreement__peer", "subscription").filter(pk=purge_id)
    for row in duties.claim(queue, at=moment, limit=1, lease_seconds=LEASE_SECONDS):
        try:
            if row.state == PurgeState.DUE:
                _delete(row)
            return _deliver(row)
        except LeaseLost:
            return False
        except OwlError as error:
            log.info("deletion receipt not delivered", extra={"code": error.code, "agreement": row.agreement.uid})
            duties.fail(row, error=error, at=clock.now(), base_seconds=2.0, cap_seconds=600)
    return False


def _ending(kind: str) -> Ending:
    """The word of the agreement's end as the receipt says it."""
    known: dict[str, Ending] = {"withdrawn": "withdrawn", "expired": "expired", "terminated": "terminated"}
    return known[kind]


def files_of(subscription: Subscription) -> Path:
    """Where files made from a replica are kept; the folder goes with it."""
    return Path(settings.NODE.files_dir) / "replicas" / str(subscription.uid)


def _delete(row: Purge) -> None:
    """Rows, descriptions, bookkeeping and files; the receipt is written in the same transaction."""
    subscription: Subscription | None = row.subscription
    files = _remove_files(subscription) if subscription else 0
    with transaction.atomic():
        duties.confirm(row)
        before = after = streams = things = pages = 0
        if subscription is not None:
            Subscription.objects.select_for_update(of=("self",)).get(pk=subscription.pk)
            held = list(ReplicaStream.objects.filter(subscription=subscription).values_list("datastream_id", flat=True))
            row.replica_digest = _digest_of(subscription)
            before, streams = sensors_read.count_rows(held), len(held)
            pages = PageReceipt.objects.filter(subscription=subscription, rows__gt=0).count()
            things = Thing.objects.filter(datastreams__in=held).distinct().count()
            _forget(subscription, held, row.agreement.peer.did)
            after = sensors_read.count_rows(held)
        now = clock.now()
        receipt = messages.Receipt(
            agreement=row.agreement.uid,
            kind=_ending(row.kind),
            owner=row.agreement.peer.did,
            consumer=peers.this_node().did,
            notice=row.notice_digest or None,
            rows_before=before,
            rows_deleted=before - after,
            rows_after=after,
            streams_deleted=streams,
            things_deleted=things,
            files_deleted=files,
            pages_received=pages,
            purged_at=now,
        )
        seal(row, receipt, before=before, after=after, at=now)


def seal(row: Purge, receipt: messages.Receipt, *, before: int, after: int, at: datetime) -> None:
    """Sign the receipt, keep it with the deletion, enter both in the ledger – last in the caller's transaction."""
    row.receipt = envelopes.seal(receipt, peers.signing_key())
    row.rows_before, row.rows_after, row.purged_at, row.state = before, after, at, PurgeState.PURGED
    row.save(update_fields=["receipt", "rows_before", "rows_after", "purged_at", "state", "replica_digest"])
    uid, did = row.agreement.uid, row.agreement.peer.did
    ledger.append(
        kind=Kind.PURGE,
        subject=uid,
        payload={
            "agreement": uid,
            "peer": did,
            "rows": before - after,
            "kind": row.kind,
            "streams": receipt.streams_deleted,
            "files": receipt.files_deleted,
        },
        at=at,
    )
    ledger.append(
        kind=Kind.RECEIPT_ISSUED,
        subject=uid,
        payload={
            "agreement": uid,
            "peer": did,
            "digest": canonical.digest(row.receipt),
            "rows": before - after,
            "kind": row.kind,
            "purged_at": at,
        },
        at=at,
    )


def _forget(subscription: Subscription, held: list[int], origin: str) -> None:
    ReplicaStream.objects.filter(subscription=subscription).delete()
    Refetch.objects.filter(subscription=subscription).delete()
    ThinnedDay.objects.filter(subscription=subscription).delete()
    if held:
        sensors.purge_replica(datastream_ids=held, origin=origin)
    Subscription.objects.filter(pk=subscription.pk).update(
        state=SubscriptionState.PURGED,
        cursor="",
        description_digest="",
        about={},
        next_attempt_at=None,
        last_complete_at=None,
    )


def _digest_of(subscription: Subscription) -> str:
    """What is being deleted, by the same rule as everything else, without regard to the horizon."""
    return digests.combine(own.held_digests(subscription))


def _remove_files(subscription: Subscription) -> int:
    folder = files_of(subscription)
    count = sum(1 for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0
    shutil.rmtree(folder, ignore_errors=True)
    return count


def _deliver(row: Purge) -> bool:
    peers_clients.send(peer=row.agreement.peer, method="POST", path=PATH, json=row.receipt)
    now = clock.now()
    with transaction.atomic():
        duties.confirm(row)
        Purge.objects.filter(pk=row.pk).update(state=PurgeState.ACKNOWLEDGED, acknowledged_at=now)
        duties.settle(row, at=now, next_attempt_at=None)
    return True
