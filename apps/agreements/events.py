"""What happened to agreements and transfers; announced on commit, on both sides."""

from __future__ import annotations

from dataclasses import dataclass

from apps.core.events import Event


@dataclass(frozen=True)
class AgreementConcluded:
    """Both sides now hold the same agreement. ``role`` is our side; ``renews`` the uid it follows, or ``""``."""

    uid: str
    role: str
    peer_did: str
    renews: str = ""


@dataclass(frozen=True)
class AgreementEnded:
    """``kind`` is withdrawn, expired or terminated.

    ``renewed_by`` is the uid of an *active* successor or ``""``: with a successor the replica is handed over, not
    purged, and no deletion receipt is owed.
    """

    uid: str
    role: str
    kind: str
    peer_did: str
    renewed_by: str = ""


@dataclass(frozen=True)
class TransferStarted:
    """Data may flow. ``endpoint`` is the absolute URL of the feed; ``transfer`` the primary key of the transfer row."""

    transfer: int
    agreement_uid: str
    role: str
    endpoint: str


@dataclass(frozen=True)
class TransferHalted:
    """Data no longer flow; ``state`` is SUSPENDED, COMPLETED or TERMINATED. The agreement itself may live on."""

    transfer: int
    agreement_uid: str
    role: str
    state: str


@dataclass(frozen=True)
class MessageQueued:
    """A message waits in the outbox for this peer."""

    peer_id: int


@dataclass(frozen=True)
class DecisionNeeded:
    """A negotiation waits for an owner."""

    negotiation: int


agreement_concluded: Event[AgreementConcluded] = Event("agreements.agreement_concluded")
agreement_ended: Event[AgreementEnded] = Event("agreements.agreement_ended")
transfer_started: Event[TransferStarted] = Event("agreements.transfer_started")
transfer_halted: Event[TransferHalted] = Event("agreements.transfer_halted")
message_queued: Event[MessageQueued] = Event("agreements.message_queued")
decision_needed: Event[DecisionNeeded] = Event("agreements.decision_needed")
