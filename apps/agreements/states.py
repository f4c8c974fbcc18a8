"""Every state and every transition of negotiations, transfers and agreements, in one place.

Taken from the Dataspace Protocol 2025-1, "Contract Negotiation Protocol" and "Transfer Process Protocol". ``PREPARED``
is ours: a thing that exists here and of which the peer has not yet acknowledged the first message; it never goes over
the wire. A graph that cannot work (unknown, unreachable or dead-end states, two targets for one act) fails at import.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """Which side of a negotiation, agreement or transfer this node is."""

    PROVIDER = "provider", _("provider")
    CONSUMER = "consumer", _("consumer")

    @property
    def other(self) -> Role:
        """The peer's side."""
        return Role.CONSUMER if self is Role.PROVIDER else Role.PROVIDER


class NegotiationState(TextChoices):
    """States of a contract negotiation."""

    PREPARED = "PREPARED", _("prepared, not yet acknowledged")
    REQUESTED = "REQUESTED", _("requested")
    OFFERED = "OFFERED", _("offered")
    ACCEPTED = "ACCEPTED", _("accepted")
    AGREED = "AGREED", _("agreed")
    VERIFIED = "VERIFIED", _("verified")
    FINALIZED = "FINALIZED", _("finalized")
    TERMINATED = "TERMINATED", _("terminated")


class TransferState(TextChoices):
    """States of a transfer process."""

    PREPARED = "PREPARED", _("prepared, not yet acknowledged")
    REQUESTED = "REQUESTED", _("requested")
    STARTED = "STARTED", _("started")
    SUSPENDED = "SUSPENDED", _("suspended")
    COMPLETED = "COMPLETED", _("completed")
    TERMINATED = "TERMINATED", _("terminated")


class AgreementState(TextChoices):
    """States of an agreement; everything but ``active`` is for good."""

    ACTIVE = "active", _("active")
    WITHDRAWN = "withdrawn", _("withdrawn by the owner")
    EXPIRED = "expired", _("expired")
    TERMINATED = "terminated", _("terminated")


class Act(StrEnum):
    """What moves a state: a message, in words of our own, since one wire type can mean two things."""

    REQUEST_CONTRACT = "request-contract"
    OFFER_CONTRACT = "offer-contract"
    ACCEPT_OFFER = "accept-offer"
    AGREE = "agree"
    VERIFY = "verify"
    FINALIZE = "finalize"
    TERMINATE_NEGOTIATION = "terminate-negotiation"
    REQUEST_TRANSFER = "request-transfer"
    START_TRANSFER = "start-transfer"
    SUSPEND_TRANSFER = "suspend-transfer"
    COMPLETE_TRANSFER = "complete-transfer"
    TERMINATE_TRANSFER = "terminate-transfer"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    TERMINATE = "terminate"


@dataclass(frozen=True)
class Move:
    """``act`` by one of ``by`` leads from any of ``sources`` to ``target``."""

    act: Act
    by: tuple[Role, ...]
    sources: tuple[str, ...]
    target: str


class ImpossibleGraph(Exception):
    """The table of states contradicts itself; raised at import, so that such a node never starts."""


class Graph:
    """A checked table of moves."""

    def __init__(self, name: str, *, states: Iterable[str], initial: str, final: Iterable[str], moves: Iterable[Move]):
        self.name = name
        self.states = frozenset(states)
        self.initial = initial
        self.final = frozenset(final)
        self.moves = tuple(moves)
        self._targets: dict[tuple[str, Act, Role], str] = {}
        self._index()
        self._check()

    def target(self, state: str, act: Act, by: Role) -> str | None:
        """Where ``act`` by ``by`` leads from ``state``; None where the table has no such move."""
        return self._targets.get((state, act, by))

    def result_of(self, act: Act) -> str:
        """The state that a successful ``act`` leads to."""
        return next(move.target for move in self.moves if move.act == act)

    def reachable(self, state: str) -> frozenset[str]:
        """``state`` and every state that can follow it."""
        seen, todo = {state}, [state]
        while todo:
            here = todo.pop()
            for (source, _act, _by), target in self._targets.items():
                if source == here and target not in seen:
                    seen.add(target)
                    todo.append(target)
        return frozenset(seen)

    def shows(self, *, peer_state: str, act: Act, before: str) -> bool:
        """Whether the peer's present state proves that it has taken in our ``act`` sent in state ``before``."""
        target = self.result_of(act)
        if peer_state == target:
            return True
        return peer_state != before and peer_state in self.reachable(target) and peer_state not in self._ends_early

    @property
    def _ends_early(self) -> frozenset[str]:
        return frozenset(state for state in self.final if state == NegotiationState.TERMINATED)

    def _index(self) -> None:
        for move in self.moves:
            for by in move.by:
                for source in move.sources:
                    known = self._targets.setdefault((source, move.act, by), move.target)
                    if known != move.target:
                        raise ImpossibleGraph(f"{self.name}: {move.act} by {by} from {source} has two targets")

    def _check(self) -> None:
        used = {self.initial, *self.final} | {m.target for m in self.moves} | {s for m in self.moves for s in m.sources}
        if used != self.states:
            raise ImpossibleGraph(f"{self.name}: states unknown or unused: {sorted(used ^ self.states)}")
        if unreachable := self.states - self.reachable(self.initial):
            raise ImpossibleGraph(f"{self.name}: unreachable: {sorted(unreachable)}")
        for state in self.states:
            leads_on = any(source == state for source, _act, _by in self._targets)
            if state in self.final and leads_on:
                raise ImpossibleGraph(f"{self.name}: the final state {state} has a way out")
            if state not in self.final and not self.reachable(state) & self.final:
                raise ImpossibleGraph(f"{self.name}: no way from {state} to an end")


_P, _C = Role.PROVIDER, Role.CONSUMER
_N, _T, _A = NegotiationState, TransferState, AgreementState

NEGOTIATION = Graph(
    "negotiation",
    states=_N.values,
    initial=_N.PREPARED,
    final=(_N.FINALIZED, _N.TERMINATED),
    moves=(
        Move(Act.REQUEST_CONTRACT, (_C,), (_N.PREPARED, _N.OFFERED), _N.REQUESTED),
        Move(Act.OFFER_CONTRACT, (_P,), (_N.PREPARED, _N.REQUESTED), _N.OFFERED),
        Move(Act.ACCEPT_OFFER, (_C,), (_N.OFFERED,), _N.ACCEPTED),
        Move(Act.AGREE, (_P,), (_N.REQUESTED, _N.ACCEPTED), _N.AGREED),
        Move(Act.VERIFY, (_C,), (_N.AGREED,), _N.VERIFIED),
        Move(Act.FINALIZE, (_P,), (_N.VERIFIED,), _N.FINALIZED),
        Move(
            Act.TERMINATE_NEGOTIATION,
            (_P, _C),
            (_N.PREPARED, _N.REQUESTED, _N.OFFERED, _N.ACCEPTED, _N.AGREED, _N.VERIFIED),
            _N.TERMINATED,
        ),
    ),
)

TRANSFER = Graph(
    "transfer",
    states=_T.values,
    initial=_T.PREPARED,
    final=(_T.COMPLETED, _T.TERMINATED),
    moves=(
        Move(Act.REQUEST_TRANSFER, (_C,), (_T.PREPARED,), _T.REQUESTED),
        Move(Act.START_TRANSFER, (_P,), (_T.REQUESTED, _T.SUSPENDED), _T.STARTED),
        Move(Act.START_TRANSFER, (_C,), (_T.SUSPENDED,), _T.STARTED),
        Move(Act.SUSPEND_TRANSFER, (_P, _C), (_T.STARTED,), _T.SUSPENDED),
        Move(Act.COMPLETE_TRANSFER, (_P, _C), (_T.STARTED,), _T.COMPLETED),
        Move(
            Act.TERMINATE_TRANSFER,
            (_P, _C),
            (_T.PREPARED, _T.REQUESTED, _T.STARTED, _T.SUSPENDED),
            _T.TERMINATED,
        ),
    ),
)

AGREEMENT = Graph(
    "agreement",
    states=_A.values,
    initial=_A.ACTIVE,
    final=(_A.WITHDRAWN, _A.EXPIRED, _A.TERMINATED),
    moves=(
        Move(Act.WITHDRAW, (_P,), (_A.ACTIVE,), _A.WITHDRAWN),
        Move(Act.EXPIRE, (_P, _C), (_A.ACTIVE,), _A.EXPIRED),
        Move(Act.TERMINATE, (_P, _C), (_A.ACTIVE,), _A.TERMINATED),
    ),
)
