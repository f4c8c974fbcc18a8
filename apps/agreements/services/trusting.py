"""What trust in a peer does to agreements: suspended peers get and give nothing, removed ones lose their agreements."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.agreements.models import Agreement, Negotiation, Outbox, Transfer
from apps.agreements.services import acknowledging, concluding, conversation, records
from apps.agreements.states import AgreementState, NegotiationState, TransferState
from apps.agreements.types import Halt, Outcome
from apps.core import clock
from apps.peers.models import Peer
from apps.peers.states import PeerState


def follow_trust(*, peer: Peer, at: datetime | None = None) -> int:
    """Bring transfers and agreements in line with the state the peer has now; returns how many rows changed.

    Anything but trusted halts its transfers (the gate itself is asked for every page anyway); trusted again lets those
    flow on that only trust had halted; removed ends everything. Running it twice changes nothing more.
    """
    moment = at or clock.now()
    peer.refresh_from_db()
    if peer.state == PeerState.TRUSTED:
        return _resume(peer)
    if peer.state == PeerState.REMOVED:
        return _drop(peer, moment)
    return _pause(peer)


def follow_all_trust(*, at: datetime | None = None) -> int:
    """``follow_trust`` for every peer whose transfers or agreements do not match its state; finds lost events again."""
    running = Transfer.objects.open().filter(halted="").exclude(peer__state=PeerState.TRUSTED)
    held = Transfer.objects.filter(halted=Halt.TRUST, peer__state=PeerState.TRUSTED)
    left = Agreement.objects.filter(state=AgreementState.ACTIVE, peer__state=PeerState.REMOVED)
    found = {*running.values_list("peer", flat=True), *held.values_list("peer", flat=True)}
    found |= {*left.values_list("peer", flat=True)}
    return sum(follow_trust(peer=peer, at=at) for peer in Peer.objects.filter(pk__in=found))


@transaction.atomic
def _pause(peer: Peer) -> int:
    rows = list(Transfer.objects.select_for_update(of=("self",)).open().filter(peer=peer, halted=""))
    for row in rows:
        row.halted = Halt.TRUST
        row.save(update_fields=["halted", "updated_at"])
        acknowledging.announce_halted(row)
    return len(rows)


@transaction.atomic
def _resume(peer: Peer) -> int:
    rows = list(Transfer.objects.select_for_update(of=("self",)).filter(peer=peer, halted=Halt.TRUST))
    for row in rows:
        row.halted = Halt.NONE
        row.save(update_fields=["halted", "updated_at"])
        if row.state == TransferState.STARTED:
            acknowledging.announce_started(row)
    return len(rows)


def _drop(peer: Peer, at: datetime) -> int:
    rows = list(Agreement.objects.filter(peer=peer, state=AgreementState.ACTIVE))
    for row in rows:
        reason = _("The peer was removed.")
        concluding.end(agreement=row, kind=AgreementState.TERMINATED, by=records.this_did(), reason=reason, at=at)
    with transaction.atomic():
        for process in Negotiation.objects.filter(peer=peer).open():
            found = conversation.lock(Negotiation, pk=process.pk)
            found.state, found.waiting_since = NegotiationState.TERMINATED, None
            found.save(update_fields=["state", "waiting_since", "updated_at"])
        for transfer in Transfer.objects.filter(peer=peer).open():
            held = conversation.lock(Transfer, pk=transfer.pk)
            held.state, held.halted = TransferState.TERMINATED, Halt.TRUST
            held.save(update_fields=["state", "halted", "updated_at"])
        Outbox.objects.pending().filter(peer=peer).update(
            outcome=Outcome.DROPPED, done_at=at, next_attempt_at=None, lease=None, leased_until=None
        )
    return len(rows)
