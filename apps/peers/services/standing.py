"""Suspending, resuming, removing and distrusting a peer: from the commit on every gate is closed to it, or open."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import StateConflict
from apps.core.events import Event
from apps.peers import events
from apps.peers.models import CheckpointWatch, Peer, PeerKey, RotationNotice
from apps.peers.services.administrators import commitment, require_administrator
from apps.peers.services.pinning import record
from apps.peers.states import PEER_TRANSITIONS, PeerState, TrustSource

MAX_REASON = 300


def suspend(*, peer: Peer, user: User, reason: str, at: datetime | None = None) -> Peer:
    """Stop all exchange with a peer for now; keys and agreements are kept. Raises NotPermitted, StateConflict."""
    return _move(peer, PeerState.SUSPENDED, user=user, reason=reason, at=at, event=events.peer_suspended)


def resume(*, peer: Peer, user: User, at: datetime | None = None) -> Peer:
    """Take up exchange with a suspended peer again, on its pinned keys. Raises NotPermitted, StateConflict."""
    return _move(peer, PeerState.TRUSTED, user=user, reason="", at=at, event=events.peer_resumed)


def remove(*, peer: Peer, user: User, reason: str, at: datetime | None = None) -> Peer:
    """Part with a peer for good: its keys count no more, its confirmations neither.

    The row stays, because agreements and the ledger refer to it; proposing its address again begins a new ceremony.
    Raises NotPermitted, StateConflict.
    """
    return _move(peer, PeerState.REMOVED, user=user, reason=reason, at=at, event=events.peer_removed)


def distrust(*, peer: Peer, user: User, reason: str, at: datetime | None = None) -> Peer:
    """A peer's key is compromised or lost: revoke all its keys; the ceremony is repeated from the beginning.

    The peer is ``proposed`` without keys until ``propose_peer`` fetches its document anew. Announced as
    ``peer_suspended``. Raises NotPermitted, StateConflict.
    """
    return _move(peer, PeerState.PROPOSED, user=user, reason=reason, at=at, event=events.peer_suspended)


_WORDS = {
    PeerState.SUSPENDED: "suspended",
    PeerState.TRUSTED: "resumed",
    PeerState.REMOVED: "removed",
    PeerState.PROPOSED: "key-revoked",
}


def _move(
    peer: Peer,
    state: PeerState,
    *,
    user: User,
    reason: str,
    at: datetime | None,
    event: Event[events.PeerChanged],
) -> Peer:
    moment = at or clock.now()
    with transaction.atomic():
        require_administrator(user)
        row: Peer = Peer.objects.select_for_update(of=("self",)).select_related("user").get(pk=peer.pk)
        if not _leads_to(PeerState(row.state), state):
            raise StateConflict(
                _("%(peer)s is %(state)s; that cannot become %(wanted)s.")
                % {"peer": row.did, "state": row.get_state_display(), "wanted": state.label},
                part="peer",
            )
        if state in {PeerState.PROPOSED, PeerState.REMOVED}:
            _forget_keys(row, moment)
        row.state, row.state_reason = state, reason.strip()[:MAX_REASON]
        row.save()
        accounts.set_active(user=row.user, active=state == PeerState.TRUSTED)
        _switch_duties(row, moment)
        event.announce(events.PeerChanged(peer_id=row.pk, did=row.did, reason=_WORDS[state]))
        record(row, _WORDS[state], at=moment, decision=commitment(user))
    return row


def _leads_to(current: PeerState, wanted: PeerState) -> bool:
    if wanted == PeerState.TRUSTED:  # from ``proposed`` only the ceremony leads there
        return current == PeerState.SUSPENDED
    return wanted in PEER_TRANSITIONS[current]


def _forget_keys(peer: Peer, moment: datetime) -> None:
    PeerKey.objects.filter(peer=peer, revoked_at__isnull=True).update(revoked_at=moment)
    peer.ceremony += 1
    peer.fingerprint, peer.trust_source = "", TrustSource.NONE


def _switch_duties(peer: Peer, moment: datetime) -> None:
    due = moment if peer.state == PeerState.TRUSTED else None
    CheckpointWatch.objects.filter(peer=peer).update(next_attempt_at=due)
    RotationNotice.objects.filter(peer=peer, delivered_at__isnull=True).update(next_attempt_at=due)
