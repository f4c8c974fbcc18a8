"""Watching the logs of peers: every checkpoint must continue the one seen before; a fork is kept as evidence."""

from __future__ import annotations

import base64
import hashlib
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import TruncDate

from apps.core import clock, guards
from apps.core.errors import Conflict, Invalid, NotFound
from apps.ledger.errors import ForkDetected
from apps.ledger.models import Fork, ObservedCheckpoint
from apps.ledger.selectors import checkpoints
from apps.ledger.services.appending import append
from apps.ledger.types import Key, Kind, Signer, merkle, notes

log = logging.getLogger(__name__)
MAX_PROOF = 63
KEEP_ALL_FOR = timedelta(days=7)


def observe_checkpoint(
    *,
    origin: str,
    note: str,
    key: Key,
    proof: Sequence[bytes] | None,
    old_size: int = 0,
    at: datetime | None = None,
) -> ObservedCheckpoint:
    """Check a peer's signed checkpoint against the last one seen and keep it; returns the row of that size.

    ``proof`` is the consistency proof from ``old_size``, the last size seen here (``selectors.latest_observed``), to
    the note's size; it may be None for the first checkpoint and for one seen before. Call it OUTSIDE any transaction:
    what it finds is committed before it returns or raises.

    Raises BadNote (Invalid) when the note is malformed, of another origin or not signed by the key; Invalid when a
    proof is needed but missing; Conflict when nothing is proven either way: the note is older than what was seen (code
    ``checkpoint-behind``), or more was seen since the proof was asked for (``checkpoint-overtaken``); ForkDetected when
    it contradicts what was seen – the evidence and an alarm entry are then already committed.
    """
    head = notes.open_checkpoint(note, key)
    if head.origin != origin:
        raise notes.BadNote(f"the checkpoint is of {head.origin}, not of {origin}", part="origin")
    if proof is not None and len(proof) > MAX_PROOF:
        raise Invalid(f"a consistency proof has at most {MAX_PROOF} hashes", part="proof")
    moment = at or clock.now()
    with transaction.atomic(durable=True):
        guards.advisory_xact_lock(f"ledger-observe:{origin}")
        outcome = _judge(head, note, proof, old_size, moment)
    if isinstance(outcome, Fork):
        log.error(
            "a peer's ledger forked",
            extra={"origin": origin, "fork": outcome.pk, "seen": outcome.seen_size, "shown": outcome.shown_size},
        )
        raise ForkDetected(f"{origin} showed two histories that contradict each other", fork_id=outcome.pk)
    return outcome


def cosign(*, origin: str, signer: Signer, at: datetime | None = None) -> str:
    """This node's cosignature line on the largest checkpoint it has seen and checked of a peer's log.

    Raises NotFound when none was seen, Conflict while a fork of that log is not settled.
    """
    latest = checkpoints.latest_observed(origin)
    if latest is None:
        raise NotFound(f"no checkpoint of {origin} was seen yet", part="origin")
    if checkpoints.forks(settled=False).filter(origin=origin).exists():
        raise Conflict(f"{origin} showed a fork; nothing of it is cosigned", code="ledger-fork", part="origin")
    return notes.cosign(notes.parse(latest.note).text, signer, at or clock.now())


@transaction.atomic
def accept_history_anew(*, origin: str, at: datetime | None = None) -> int:
    """After people have settled a fork (a peer restored its database): watch that log afresh from its next checkpoint.

    The evidence stays and is marked settled; an alarm entry records the decision. Returns how many forks were settled.
    Raises NotFound when there is none to settle.
    """
    moment = at or clock.now()
    guards.advisory_xact_lock(f"ledger-observe:{origin}")
    settled = Fork.objects.filter(origin=origin, settled_at__isnull=True).update(settled_at=moment)
    if not settled:
        raise NotFound(f"there is no unsettled fork of {origin}", part="origin")
    ObservedCheckpoint.objects.filter(origin=origin, retired_at__isnull=True).update(retired_at=moment)
    append(
        kind=Kind.ALARM,
        subject=_subject(origin),
        payload={"alarm": "history-accepted-anew", "origin": origin, "count": settled},
        at=moment,
    )
    return settled


def thin_observations(*, at: datetime | None = None) -> int:
    """Of checkpoints seen more than a week ago keep the last of each day and log; returns how many were forgotten.

    Consistency is transitive: what is kept still proves everything before it.
    """
    before = (at or clock.now()) - KEEP_ALL_FOR
    dated = ObservedCheckpoint.objects.filter(retired_at__isnull=True).annotate(
        day=TruncDate("observed_at", tzinfo=UTC)
    )
    larger_that_day = dated.filter(origin=OuterRef("origin"), day=OuterRef("day"), size__gt=OuterRef("size"))
    return dated.filter(Exists(larger_that_day), observed_at__lt=before).delete()[0]


def _judge(
    head: notes.Head, note: str, proof: Sequence[bytes] | None, old_size: int, at: datetime
) -> ObservedCheckpoint | Fork:
    known = ObservedCheckpoint.objects.filter(origin=head.origin, size=head.size, retired_at__isnull=True).first()
    if known is not None:
        return known if bytes(known.root) == head.root else _keep_fork(known, head, note, proof, at)
    latest = checkpoints.latest_observed(head.origin)
    if latest is not None and latest.size > 0:
        if head.size < latest.size:
            raise Conflict(
                f"{head.origin} showed {head.size} entries after {latest.size}", code="checkpoint-behind", part="size"
            )
        if proof is None:
            raise Invalid(f"a consistency proof from {latest.size} entries is needed", part="proof")
        if old_size != latest.size:
            # Two exchanges at once: each is proven from what was known when it began, and one of them came first.
            raise Conflict(
                f"the proof begins at {old_size} entries, and {latest.size} are known of {head.origin} by now",
                code="checkpoint-overtaken",
                part="proof",
            )
        if not _continues(latest, head, proof):
            return _keep_fork(latest, head, note, proof, at)
    return ObservedCheckpoint.objects.create(
        origin=head.origin, size=head.size, root=head.root, note=note, observed_at=at
    )


def _continues(latest: ObservedCheckpoint, head: notes.Head, proof: Sequence[bytes]) -> bool:
    return merkle.verify_consistency(
        old=latest.size, new=head.size, old_root=bytes(latest.root), new_root=head.root, proof=proof
    )


def _keep_fork(
    seen: ObservedCheckpoint, head: notes.Head, note: str, proof: Sequence[bytes] | None, at: datetime
) -> Fork:
    reason = Fork.Reason.SAME_SIZE if seen.size == head.size else Fork.Reason.INCONSISTENT
    fork, new = Fork.objects.get_or_create(
        origin=head.origin,
        seen_size=seen.size,
        seen_root=bytes(seen.root),
        shown_size=head.size,
        shown_root=head.root,
        defaults={
            "reason": reason,
            "seen_note": seen.note,
            "shown_note": note,
            "proof": [base64.b64encode(step).decode() for step in proof or ()],
            "found_at": at,
        },
    )
    if new:
        append(
            kind=Kind.ALARM,
            subject=_subject(head.origin),
            payload={
                "alarm": "ledger-fork",
                "origin": head.origin,
                "size": seen.size,
                "root": f"sha-256:{bytes(seen.root).hex()}",
                "other_size": head.size,
                "other_root": f"sha-256:{head.root.hex()}",
                "digest": f"sha-256:{hashlib.sha256(note.encode()).hexdigest()}",
            },
            at=at,
        )
    return fork


def _subject(origin: str) -> str:
    # An origin that is a DID already is a URI; any other name becomes one.
    return origin if origin.startswith("did:") else f"urn:owl:log:{origin}"
