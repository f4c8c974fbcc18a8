"""The table of states: impossible graphs never start, and nobody moves a request who may not."""

from __future__ import annotations

import pytest

from apps.desk.states import OPEN, REQUEST, Act, Actor, Graph, ImpossibleGraph, Move, Status


def test_every_open_request_can_be_withdrawn_by_the_requester() -> None:
    assert {s for s in Status if REQUEST.target(s, Act.WITHDRAW, Actor.CITIZEN)} == set(OPEN)


def test_only_the_desk_decides_and_only_another_city_answers_what_it_took_over() -> None:
    assert [REQUEST.target(Status.WORK, Act.DECIDE, by) for by in Actor] == [None, Status.DECIDED, None]
    assert [REQUEST.target(Status.FORWARDED, Act.RELAY, by) for by in Actor] == [None, None, Status.DECIDED]


def test_nothing_moves_a_closed_request() -> None:
    assert all(REQUEST.acts(Status.CLOSED, by) == frozenset() for by in Actor)


def test_a_request_is_never_decided_while_somebody_is_waited_for() -> None:
    for status in (Status.CLARIFICATION, Status.HEARING, Status.FEE, Status.FORWARDED):
        assert REQUEST.target(status, Act.DECIDE, Actor.DESK) is None


def test_a_forwarding_needs_the_requester() -> None:
    assert Act.FORWARD not in REQUEST.acts(Status.WORK, Actor.DESK)


@pytest.mark.parametrize(
    "moves",
    [
        (),
        (Move(Act.CLOSE, (Actor.DESK,), (Status.RECEIVED,), Status.CLOSED),),
        (*REQUEST.moves, Move(Act.TAKE, (Actor.DESK,), (Status.RECEIVED,), Status.DECIDED)),
        (*REQUEST.moves, Move(Act.TAKE, (Actor.DESK,), (Status.CLOSED,), Status.WORK)),
    ],
    ids=["no way anywhere", "states out of reach", "two targets", "a way out of the end"],
)
def test_an_impossible_graph_never_starts(moves: tuple[Move, ...]) -> None:
    with pytest.raises(ImpossibleGraph):
        Graph(initial=Status.RECEIVED, final=(Status.CLOSED,), moves=moves)
