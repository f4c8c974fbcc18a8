"""Every status of a request and every move between them, in one table; a graph that cannot work fails at import.

A request stands on two axes: its *status* says where the work is, its *resolution* what came of it. "Resolved" alone
would mislead: a closed request can have been granted, refused or withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(TextChoices):
    """Where a request stands."""

    RECEIVED = "received", pgettext_lazy("request", "received")
    CONFIRMED = "confirmed", _("confirmed")
    WORK = "work", _("in work")
    CLARIFICATION = "clarification", _("waiting for clarification")
    HEARING = "hearing", _("third party is being heard")
    FEE = "fee", _("waiting for consent to a fee")
    FORWARDED = "forwarded", _("forwarded to another city")
    DECIDED = "decided", _("decided")
    CLOSED = "closed", pgettext_lazy("request", "closed")


class Resolution(TextChoices):
    """What came of a request; empty until it is decided or withdrawn."""

    GRANTED = "granted", pgettext_lazy("decision", "granted")
    PARTLY = "partly", _("partly granted")
    REFUSED = "refused", _("refused")
    NOT_HELD = "not-held", _("the city does not hold this information")
    WITHDRAWN = "withdrawn", pgettext_lazy("decision", "withdrawn")


class Actor(TextChoices):
    """Who moves a request."""

    CITIZEN = "citizen", _("requester")
    DESK = "desk", _("request desk")
    PEER = "peer", _("other city")


class Act(StrEnum):
    """What moves a request from one status to another."""

    CONFIRM = "confirm"
    TAKE = "take"
    ASK_CLARIFICATION = "ask-clarification"
    CLARIFY = "clarify"
    HEAR_THIRD_PARTY = "hear-third-party"
    CONCLUDE_HEARING = "conclude-hearing"
    ESTIMATE_FEE = "estimate-fee"
    ANSWER_FEE = "answer-fee"
    RESUME = "resume"
    FORWARD = "forward"
    RETURN = "return"
    DECIDE = "decide"
    RELAY = "relay"
    SEND_HOME = "send-home"
    WITHDRAW = "withdraw"
    CLOSE = "close"


@dataclass(frozen=True)
class Move:
    """``act`` by one of ``by`` leads from any of ``sources`` to ``target``."""

    act: Act
    by: tuple[Actor, ...]
    sources: tuple[Status, ...]
    target: Status


class ImpossibleGraph(Exception):
    """The table of states contradicts itself; raised at import, so that such a node never starts."""


class Graph:
    """A checked table of moves."""

    def __init__(self, *, initial: Status, final: Iterable[Status], moves: Iterable[Move]) -> None:
        self.initial = initial
        self.final = frozenset(final)
        self.moves = tuple(moves)
        self._targets: dict[tuple[Status, Act, Actor], Status] = {}
        self._index()
        self._check()

    def target(self, status: str, act: Act, by: Actor) -> Status | None:
        """Where ``act`` by ``by`` leads from ``status``; None where the table has no such move."""
        return self._targets.get((Status(status), act, by))

    def acts(self, status: str, by: Actor) -> frozenset[Act]:
        """What ``by`` can do with a request in this status."""
        return frozenset(act for (source, act, who) in self._targets if source == status and who == by)

    def reachable(self, status: Status) -> frozenset[Status]:
        """``status`` and every status that can follow it."""
        seen, todo = {status}, [status]
        while todo:
            here = todo.pop()
            for (source, _act, _by), target in self._targets.items():
                if source == here and target not in seen:
                    seen.add(target)
                    todo.append(target)
        return frozenset(seen)

    def _index(self) -> None:
        for move in self.moves:
            for by in move.by:
                for source in move.sources:
                    known = self._targets.setdefault((source, move.act, by), move.target)
                    if known != move.target:
                        raise ImpossibleGraph(f"{move.act} by {by} from {source} has two targets")

    def _check(self) -> None:
        if missing := frozenset(Status) - self.reachable(self.initial):
            raise ImpossibleGraph(f"unreachable: {sorted(missing)}")
        for status in Status:
            leads_on = any(source == status for source, _act, _by in self._targets)
            if status in self.final and leads_on:
                raise ImpossibleGraph(f"the final status {status} has a way out")
            if status not in self.final and not self.reachable(status) & self.final:
                raise ImpossibleGraph(f"no way from {status} to an end")


_CITIZEN, _DESK, _PEER = Actor.CITIZEN, Actor.DESK, Actor.PEER

UNTAKEN = (Status.RECEIVED, Status.CONFIRMED)
WAITING = (Status.CLARIFICATION, Status.HEARING, Status.FEE)
OPEN = (*UNTAKEN, Status.WORK, *WAITING, Status.FORWARDED)
"""The statuses in which somebody still owes the requester an answer."""

REQUEST = Graph(
    initial=Status.RECEIVED,
    final=(Status.CLOSED,),
    moves=(
        Move(Act.CONFIRM, (_CITIZEN, _DESK), (Status.RECEIVED,), Status.CONFIRMED),
        Move(Act.TAKE, (_DESK,), UNTAKEN, Status.WORK),
        Move(Act.ASK_CLARIFICATION, (_DESK,), (*UNTAKEN, Status.WORK), Status.CLARIFICATION),
        Move(Act.CLARIFY, (_CITIZEN,), (Status.CLARIFICATION,), Status.WORK),
        Move(Act.HEAR_THIRD_PARTY, (_DESK,), (Status.WORK,), Status.HEARING),
        Move(Act.CONCLUDE_HEARING, (_DESK,), (Status.HEARING,), Status.WORK),
        Move(Act.ESTIMATE_FEE, (_DESK,), (Status.WORK,), Status.FEE),
        Move(Act.ANSWER_FEE, (_CITIZEN,), (Status.FEE,), Status.WORK),
        # The desk may go on by itself: it found out what was meant, or the requester did not answer.
        Move(Act.RESUME, (_DESK,), (Status.CLARIFICATION, Status.FEE), Status.WORK),
        Move(Act.FORWARD, (_CITIZEN,), (*UNTAKEN, Status.WORK), Status.FORWARDED),
        Move(Act.RETURN, (_DESK, _PEER), (Status.FORWARDED,), Status.WORK),
        Move(Act.DECIDE, (_DESK,), (Status.WORK,), Status.DECIDED),
        Move(Act.RELAY, (_PEER,), (Status.FORWARDED,), Status.DECIDED),
        # Of a request that another city handed over: it goes on there.
        Move(Act.SEND_HOME, (_DESK,), (*UNTAKEN, Status.WORK), Status.CLOSED),
        Move(Act.WITHDRAW, (_CITIZEN,), OPEN, Status.CLOSED),
        Move(Act.CLOSE, (_DESK,), (Status.DECIDED,), Status.CLOSED),
    ),
)
