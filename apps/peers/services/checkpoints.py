"""The exchange of ledger checkpoints: no city can rewrite its history unseen by the others (as in C2SP tlog-witness).

One message carries the sender's checkpoint with the proof that it continues the one the receiver knows; the answer
carries the receiver's cosignature and its own checkpoint in turn. None of this writes a ledger entry, so two silent
nodes do not keep each other busy.
"""

from __future__ import annotations

import base64
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from apps.core import clock, duties
from apps.core.errors import Conflict, Invalid, OwlError
from apps.ledger import selectors as ledger_reads
from apps.ledger import services as ledger
from apps.ledger import types as ledger_types
from apps.ledger.errors import ForkDetected
from apps.ledger.models import Checkpoint
from apps.peers import clients
from apps.peers.models import CheckpointWatch, Peer
from apps.peers.selectors import ledger_keys_of, ledger_signer
from apps.wire import messages

PATH = "/peering/v1/checkpoints"
BASE_SECONDS = 5.0


def due_exchanges(*, at: datetime | None = None) -> list[int]:
    """The ids of the exchanges whose time has come; a trusted peer that has none yet gets one."""
    moment = at or clock.now()
    missing = Peer.objects.trusted().filter(checkpoint_watch__isnull=True)
    CheckpointWatch.objects.bulk_create(
        [CheckpointWatch(peer=peer, next_attempt_at=moment) for peer in missing], ignore_conflicts=True
    )
    due = duties.due(CheckpointWatch.objects.filter(peer__in=Peer.objects.trusted()), at=moment)
    return list(due.values_list("pk", flat=True)[:100])


def exchange_checkpoint(*, watch_id: int, at: datetime | None = None) -> bool:
    """Exchange checkpoints with one peer if it is due; whether all went well. Failures stay on the row and are retried.

    A fork is kept as evidence and alarmed by the ledger, and marked on the row. Call it outside of transactions.
    """
    moment = at or clock.now()
    for watch in duties.claim(CheckpointWatch.objects.filter(pk=watch_id), at=moment, limit=1):
        try:
            _exchange(watch, moment)
        except OwlError as error:
            duties.fail(watch, error=error, at=moment, base_seconds=BASE_SECONDS)
            return False
        pause = settings.NODE.checkpoint_seconds * (0.8 + 0.4 * duties.backoff(0, base_seconds=1.0))  # spread the load
        duties.settle(watch, at=moment, next_attempt_at=moment + timedelta(seconds=pause))
        return True
    return False


def receive_checkpoint(
    *, peer: Peer, message: messages.CheckpointExchange, at: datetime | None = None
) -> messages.CheckpointExchange:
    """Verify a peer's checkpoint against the one known, cosign it, and answer with our own.

    The one known may be the very one it shows, learned when we asked it: that needs no proof and is cosigned as well.
    Without a cosignature the answer's ``known_size`` says from where the proof must start. Raises Invalid for a note
    that is not the peer's, Conflict for one that is older than what is known, ForkDetected (evidence is then kept).
    Call it outside of transactions.
    """
    moment = at or clock.now()
    if message.origin != peer.did:
        raise Invalid(_("A node shows only its own ledger."), part="origin")
    cosignature = None
    fits = message.note is not None and _known_size(peer) in {message.old_size, _shown_size(message.note)}
    if fits and _observe(peer, message, moment):
        cosignature = ledger.cosign(origin=peer.did, signer=ledger_signer(), at=moment)
    return _statement(peer, old_size=message.known_size, at=moment, cosignature=cosignature)


def offer_checkpoint(*, peer: Peer, known_size: int, at: datetime | None = None) -> messages.CheckpointExchange:
    """This node's latest checkpoint, proven from the size the peer knows; for a peer that only asks."""
    return _statement(peer, old_size=known_size, at=at or clock.now())


def _exchange(watch: CheckpointWatch, moment: datetime) -> None:
    peer = watch.peer
    mine = _statement(peer, old_size=watch.sent_size, at=moment)
    reply = _ask(peer, mine)
    if mine.note is not None and reply.cosignature is None and reply.known_size != mine.old_size:
        mine = _statement(peer, old_size=reply.known_size, at=moment)
        reply = _ask(peer, mine)
    if reply.note is not None:
        _observe(peer, reply, moment)
    sent = watch.sent_size
    if mine.note is not None and reply.cosignature is not None:
        sent = _keep_cosignature(peer, mine.note, reply.cosignature, moment)
    forked = ledger_reads.forks(settled=False).filter(origin=peer.did).exists()
    CheckpointWatch.objects.filter(pk=watch.pk).update(
        sent_size=sent,
        seen_size=_known_size(peer),
        last_ok_at=moment,
        forked_at=(watch.forked_at or moment) if forked else None,
    )


def _ask(peer: Peer, mine: messages.CheckpointExchange) -> messages.CheckpointExchange:
    answer = clients.send(peer=peer, method="POST", path=PATH, json=mine.to_mapping())
    reply = messages.CheckpointExchange.of(answer.object())
    if reply.origin != peer.did:
        raise Invalid(_("%(peer)s answered for another node.") % {"peer": peer.did}, part="origin")
    return reply


def _statement(
    peer: Peer, *, old_size: int, at: datetime, cosignature: str | None = None
) -> messages.CheckpointExchange:
    """Our checkpoint if it is beyond ``old_size``, with the proof; and what we know of the peer's ledger."""
    own = _own_checkpoint(at)
    news = own is not None and own.size != old_size
    proof: list[str] = []
    if own is not None and 0 < old_size < own.size:
        proof = [base64.b64encode(step).decode() for step in ledger_reads.consistency_proof(old_size, own.size)]
    return messages.CheckpointExchange(
        origin=settings.NODE.did,
        note=own.note if own is not None and news else None,
        old_size=old_size,
        proof=tuple(proof),
        known_size=_known_size(peer),
        cosignature=cosignature,
    )


def _own_checkpoint(at: datetime) -> Checkpoint | None:
    """A fresh checkpoint, but not more often than half the pace of exchange: one is for all witnesses."""
    latest = ledger_reads.latest_checkpoint()
    if latest is not None and at - latest.signed_at < timedelta(seconds=settings.NODE.checkpoint_seconds / 2):
        return latest
    return ledger.sign_checkpoint(signer=ledger_signer(), at=at) or latest


def _observe(peer: Peer, message: messages.CheckpointExchange, moment: datetime) -> bool:
    """Keep what the peer shows; False where another exchange with it was faster, so that this one proves nothing."""
    note = message.note or ""
    lines = ledger_types.notes.parse(note).signatures
    keys = {key.id(): key for key in ledger_keys_of(peer)}
    key = next((keys[line.key_id] for line in lines if line.key_id in keys), None)
    if key is None:
        raise Invalid(_("The checkpoint is not signed by a pinned key of %(peer)s.") % {"peer": peer.did}, part="note")
    proof = [base64.b64decode(step) for step in message.proof]
    try:
        ledger.observe_checkpoint(
            origin=peer.did, note=note, key=key, proof=proof, old_size=message.old_size, at=moment
        )
    except ForkDetected:
        CheckpointWatch.objects.filter(peer=peer, forked_at__isnull=True).update(forked_at=moment)
        raise
    except Conflict as error:
        if error.code != "checkpoint-overtaken":
            raise
        return False
    return True


def _keep_cosignature(peer: Peer, note: str, line: str, moment: datetime) -> int:
    head = ledger_types.notes.parse_head(ledger_types.notes.parse(note).text)
    given = ledger_types.notes.parse_signature(line).key_id
    found = [key for key in ledger_keys_of(peer) if key.id(ledger_types.notes.COSIGNATURE_V1) == given]
    if not found:
        raise Invalid(_("The cosignature is not by a pinned key of %(peer)s.") % {"peer": peer.did}, part="cosignature")
    ledger.record_cosignature(size=head.size, origin=head.origin, line=line, key=found[0], at=moment)
    return head.size


def _shown_size(note: str) -> int:
    return ledger_types.notes.parse_head(ledger_types.notes.parse(note).text).size


def _known_size(peer: Peer) -> int:
    seen = ledger_reads.latest_observed(peer.did)
    return seen.size if seen else 0
