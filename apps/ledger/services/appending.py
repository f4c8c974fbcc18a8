"""Appending to the log: one lock, O(log n) rows, indexes without a gap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from apps.core import clock, guards
from apps.ledger.errors import NotAppendable
from apps.ledger.models import Entry, Node
from apps.ledger.selectors import tree
from apps.ledger.types import Kind, NewEntry, Payload, leaves, merkle, payloads

LOCK = "ledger"


def append(
    *, kind: Kind | str, subject: str, payload: Mapping[str, Any] | Payload, at: datetime | None = None
) -> Entry:
    """Record one entry; see ``append_many``."""
    return append_many([NewEntry(kind=kind, subject=subject, payload=payload)], at=at)[0]


@transaction.atomic
def append_many(entries: Sequence[NewEntry], *, at: datetime | None = None) -> list[Entry]:
    """Record entries in this order, with the caller's transaction: they stand if and only if it commits.

    Call it LAST: from here to the commit everybody else who appends waits. The transaction must be READ COMMITTED, the
    default, so that it sees the entries it waited for. ``at`` is the time of recording, aware. Raises Invalid for a
    subject that is no URI or a payload beyond its schema, NotAppendable under any other isolation.
    """
    if not entries:
        return []
    moment = at or clock.now()
    checked = [
        (payloads.validate(new.kind, new.payload), payloads.validate_subject(new.subject), Kind(new.kind).value)
        for new in entries
    ]
    guards.advisory_xact_lock(LOCK)
    frontier = _frontier()
    rows: list[Entry] = []
    nodes: list[tuple[merkle.Node, bytes]] = []
    for payload, subject, kind in checked:
        index = frontier.size
        leaf = merkle.leaf_hash(leaves.encode(index=index, at=moment, kind=kind, subject=subject, payload=payload))
        rows.append(Entry(index=index, at=moment, kind=kind, subject=subject, payload=payload, leaf_hash=leaf))
        nodes.extend(frontier.append(leaf))
    Entry.objects.bulk_create(rows)
    Node.objects.bulk_create([Node(position=tree.position(node), hash=digest) for node, digest in nodes])
    return rows


def _frontier() -> merkle.Frontier:
    # Asked in one statement after the lock: the size decides the next index, and only READ COMMITTED sees it whole.
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(index) + 1, 0), current_setting('transaction_isolation') FROM ledger_entry")
        size, isolation = cursor.fetchone() or (0, "")
    if isolation != "read committed":
        raise NotAppendable(
            f"the ledger cannot be appended to in a {isolation} transaction",
            remedy="append in a READ COMMITTED transaction",
        )
    nodes = merkle.peaks(size)
    found = tree.lookup(nodes)
    return merkle.Frontier(size, [found[node] for node in nodes])
