"""Observations that are only linked to what is there: authorised, written and committed together.

Each caller is answered after the commit of its group, and one that fails costs no other. Rights are asked for the whole
group by a handful of questions, anew for every group, so that a revocation counts from the next request on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.db import Error as DatabaseError

from apps.accounts import selectors as accounts
from apps.accounts import services as account_services
from apps.core import clock
from apps.core.errors import Invalid, NotPermitted, OwlError
from apps.sensors import selectors as sensors
from apps.sensors import services
from apps.sensors.types import Reason, Rejection
from apps.sensorthings.entities import FEATURES_OF_INTEREST
from apps.sensorthings.writing.creating import SOURCE, readings
from apps.sensorthings.writing.reach import Reach
from apps.sensorthings.writing.rights import NOBODYS, RIGHT, SCOPE, Writer, by_token

Row = Mapping[str, Any]
Given = TypeVar("Given")
Made = TypeVar("Made")
Outcome = int | OwlError


@dataclass(frozen=True, slots=True)
class Order:
    """One observation to be written, and by whom: the secret of a token, or a writer known already."""

    row: Row
    secret: str = ""
    writer: Writer | None = None


def observe(order: Order) -> int:
    """Write one observation by itself; returns its id once it is committed. Raises what stands against it."""
    (outcome,) = write([order])
    if isinstance(outcome, OwlError):
        raise outcome
    return outcome


def write(orders: Sequence[Order]) -> list[Outcome]:
    """Write a group; per order its observation's id or the error that it alone deserves."""
    refused = _refusals(orders)
    outcomes: list[Outcome] = [0] * len(orders)
    open_places = []
    for place, error in enumerate(refused):
        if error is None:
            open_places.append(place)
        else:
            outcomes[place] = error
    for places in _rounds(orders, open_places):
        _write_round(orders, places, outcomes)
    return outcomes


def refusal(rejection: Rejection) -> OwlError:
    """A rejected row as an error: a replica is forbidden ground, everything else a bad request."""
    if rejection.reason == Reason.REPLICA:
        return NotPermitted(f"{rejection.detail}; it is read-only here.", code=rejection.reason, part="Datastream")
    return Invalid(f"{rejection.detail}.", code=rejection.reason, part=_PARTS.get(rejection.reason, "Datastream"))


def _rounds(orders: Sequence[Order], places: Sequence[int]) -> list[list[int]]:
    """The places in rounds without two of the same key: the later of two is a correction of the earlier."""
    rounds: list[list[int]] = []
    met: dict[tuple[int, int, int], int] = {}
    for place in places:
        row = orders[place].row
        key = (row["datastream"], row["time"], row["span"])
        number = met[key] = met.get(key, -1) + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append(place)
    return rounds


def _write_round(orders: Sequence[Order], places: list[int], outcomes: list[Outcome]) -> None:
    try:
        result = services.record(
            readings=readings([orders[place].row for place in places]), source=SOURCE, at=clock.now()
        )
    except (OwlError, DatabaseError, ValueError, OverflowError):
        if len(places) == 1:
            raise
        for place in places:  # whatever it was, it shall cost only the one who sent it
            _write_alone(orders, place, outcomes)
        return
    for place, key in zip(places, result.ids.tolist(), strict=True):
        outcomes[place] = key
    for rejection in result.rejected:
        outcomes[places[rejection.row]] = refusal(rejection)


def _write_alone(orders: Sequence[Order], place: int, outcomes: list[Outcome]) -> None:
    try:
        _write_round(orders, [place], outcomes)
    except OwlError as error:
        outcomes[place] = error
    except (DatabaseError, ValueError, OverflowError):
        outcomes[place] = Invalid("This observation cannot be stored.", part="Observation")


def _refusals(orders: Sequence[Order]) -> list[OwlError | None]:
    """Why an order may not be carried out, or None: tokens, rights and things of all of them by four questions."""
    secrets = {order.secret for order in orders if order.writer is None}
    tokens = account_services.authenticate_tokens(secrets=secrets, scope=SCOPE) if secrets else {}
    writers: dict[str, Writer | OwlError] = {
        secret: token if isinstance(token, OwlError) else _caught(by_token, token) for secret, token in tokens.items()
    }
    chosen = [order.writer or writers[order.secret] for order in orders]
    things = sensors.things_of_streams(datastream_ids={int(order.row["datastream"]) for order in orders})
    held = _held([one for one in chosen if isinstance(one, Writer)], set(things.values()))
    # By identity: a writer stands for many orders of a group, and comparing two is comparing two rows of users.
    reaches = {id(one): Reach(one) for one in chosen if isinstance(one, Writer)}
    return [
        one if isinstance(one, OwlError) else _judged(reaches[id(one)], order.row, things, held)
        for one, order in zip(chosen, orders, strict=True)
    ]


def _judged(reach: Reach, row: Row, things: Mapping[int, int], held: Collection[tuple[int, int]]) -> OwlError | None:
    writer, feature = reach.writer, int(row["feature"])
    if writer.everything or (writer.user.pk, things.get(int(row["datastream"]), NOBODYS)) in held:
        return _caught(partial(_see, reach), feature) if feature else None
    return NotPermitted(
        "You hold no right to write this.",
        part="Authorization",
        remedy="The city's administration can grant the right on a thing to the user of your token.",
    )


def _held(writers: Sequence[Writer], things: Collection[int]) -> set[tuple[int, int]]:
    users = {writer.user.pk for writer in writers if not writer.everything}
    if not users or not things:
        return set()
    return accounts.holders_among(user_ids=users, permission=RIGHT, model=sensors.things().model, keys=things)


def _see(reach: Reach, feature: int) -> None:
    """Raises like a link in any other body."""
    reach.require_link(FEATURES_OF_INTEREST, feature, part="FeatureOfInterest")


def _caught(make: Callable[[Given], Made], given: Given) -> Made | OwlError:
    try:
        return make(given)
    except OwlError as error:
        return error


_PARTS: Mapping[str, str] = {
    Reason.UNKNOWN_FEATURE: "FeatureOfInterest",
    Reason.TIME_OUT_OF_RANGE: "phenomenonTime",
    Reason.NEGATIVE_SPAN: "phenomenonTime",
    Reason.RESULT_TIME_OUT_OF_RANGE: "resultTime",
    Reason.NOT_FINITE: "result",
    Reason.BAD_EXTRA: "result",
}
