"""The tables of states: what the protocol draws, and nothing impossible."""

from __future__ import annotations

import pytest

from apps.agreements.states import (
    AGREEMENT,
    NEGOTIATION,
    TRANSFER,
    Act,
    AgreementState,
    Graph,
    ImpossibleGraph,
    Move,
    Role,
)

P, C = Role.PROVIDER, Role.CONSUMER


def graph(*moves: Move, states: tuple[str, ...] = ("a", "b", "c"), final: tuple[str, ...] = ("c",)) -> Graph:
    return Graph("test", states=states, initial="a", final=final, moves=moves)


AB = Move(Act.VERIFY, (P,), ("a",), "b")
BC = Move(Act.FINALIZE, (P,), ("b",), "c")


@pytest.mark.parametrize(
    "moves",
    [
        (AB,),
        (AB, BC, Move(Act.AGREE, (P,), ("c",), "a")),
        (AB, BC, Move(Act.AGREE, (P,), ("a",), "d")),
        (AB, BC, Move(Act.VERIFY, (P, C), ("a",), "c")),
        (AB, Move(Act.FINALIZE, (P,), ("a",), "c")),
        (BC, Move(Act.AGREE, (P,), ("b",), "c")),
    ],
    ids=["no end", "way out of an end", "unknown state", "two targets", "dead end", "unreachable"],
)
def test_an_impossible_graph_is_refused(moves: tuple[Move, ...]) -> None:
    with pytest.raises(ImpossibleGraph):
        graph(*moves)


def test_a_possible_graph_is_not() -> None:
    assert graph(AB, BC).target("a", Act.VERIFY, P) == "b"
    assert graph(AB, BC).target("a", Act.VERIFY, C) is None


def test_the_negotiation_is_the_one_the_protocol_draws() -> None:
    drawn = {
        ("REQUESTED", Act.OFFER_CONTRACT, P): "OFFERED",
        ("REQUESTED", Act.AGREE, P): "AGREED",
        ("OFFERED", Act.REQUEST_CONTRACT, C): "REQUESTED",
        ("OFFERED", Act.ACCEPT_OFFER, C): "ACCEPTED",
        ("ACCEPTED", Act.AGREE, P): "AGREED",
        ("AGREED", Act.VERIFY, C): "VERIFIED",
        ("VERIFIED", Act.FINALIZE, P): "FINALIZED",
        **{
            (state, Act.TERMINATE_NEGOTIATION, by): "TERMINATED"
            for state in ("REQUESTED", "OFFERED", "ACCEPTED", "AGREED", "VERIFIED")
            for by in (P, C)
        },
    }
    for state in NEGOTIATION.states - {"PREPARED"}:
        for act in Act:
            for by in Role:
                assert NEGOTIATION.target(state, act, by) == drawn.get((state, act, by)), (state, act, by)


@pytest.mark.parametrize("by", list(Role))
def test_a_transfer_ends_from_every_open_state_by_either_side(by: Role) -> None:
    for state in TRANSFER.states - TRANSFER.final:
        assert TRANSFER.target(state, Act.TERMINATE_TRANSFER, by) == "TERMINATED"
    for state in TRANSFER.final:
        assert all(TRANSFER.target(state, act, by) is None for act in Act)


def test_only_the_provider_withdraws() -> None:
    assert AGREEMENT.target("active", Act.WITHDRAW, P) == AgreementState.WITHDRAWN
    assert AGREEMENT.target("active", Act.WITHDRAW, C) is None


@pytest.mark.parametrize(
    ("peer_state", "act", "before", "shown"),
    [
        ("REQUESTED", Act.AGREE, "REQUESTED", False),
        ("AGREED", Act.AGREE, "REQUESTED", True),
        ("VERIFIED", Act.AGREE, "REQUESTED", True),
        ("TERMINATED", Act.AGREE, "REQUESTED", False),
        ("TERMINATED", Act.TERMINATE_NEGOTIATION, "AGREED", True),
        ("OFFERED", Act.REQUEST_CONTRACT, "OFFERED", False),
        ("AGREED", Act.REQUEST_CONTRACT, "OFFERED", True),
    ],
)
def test_the_peers_state_tells_whether_it_has_our_message(peer_state: str, act: Act, before: str, shown: bool) -> None:
    assert NEGOTIATION.shows(peer_state=peer_state, act=act, before=before) is shown
