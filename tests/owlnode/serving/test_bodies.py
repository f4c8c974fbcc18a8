"""Bodies: small ones are taken in by the loop, large ones arrive while a thread reads, broken ones are no bodies."""

from __future__ import annotations

import asyncio

import pytest

from owlnode.serving import bodies
from owlnode.serving.bodies import Beginning, BrokenOff
from tests.loops import run
from tests.owlnode.serving.client import Line, scope


def gathered(line: Line, **headers: str) -> Beginning:
    """What the loop takes in before a thread is asked."""
    found = scope("POST", "/", {name.replace("_", "-"): value for name, value in headers.items()})
    return run(bodies.gather(found, line.receive))


def test_a_request_without_a_body_is_not_waited_for() -> None:
    line = Line()
    assert gathered(line) == Beginning(b"", whole=True)
    assert line.received == 0


@pytest.mark.parametrize("pieces", [[b"reading"], [b"rea", b"ding"]])
def test_a_body_of_an_announced_length_ends_with_its_last_byte(pieces: list[bytes]) -> None:
    line = Line(pieces.copy())
    assert gathered(line, content_length="7") == Beginning(b"reading", whole=True)
    assert line.received == len(pieces)


def test_a_body_of_unknown_length_ends_where_it_says() -> None:
    assert gathered(Line([b"rea", b"ding"]), transfer_encoding="chunked") == Beginning(b"reading", whole=True)


def test_of_a_large_body_only_the_beginning_is_taken_in() -> None:
    piece = b"x" * bodies.AT_ONCE
    line = Line([piece, piece, piece])
    assert gathered(line, content_length=str(3 * len(piece))) == Beginning(piece, whole=False)
    assert len(line.pieces) == 2


def test_a_client_who_goes_away_has_sent_no_body() -> None:
    with pytest.raises(BrokenOff, match="before its body was whole"):
        gathered(Line([b"rea"], breaks_off=True), content_length="7")


def read(line: Line, beginning: bytes, size: int = -1) -> bytes:
    """What a thread reads of a body that goes on after its beginning."""

    async def reading() -> bytes:
        loop = asyncio.get_running_loop()
        file = bodies.reader(Beginning(beginning, whole=False), line.receive, loop)
        return await asyncio.to_thread(file.read, size)

    return run(reading())


def test_a_thread_reads_the_beginning_and_what_arrives_after_it() -> None:
    assert read(Line([b"of ", b"water levels"]), b"A table ") == b"A table of water levels"


def test_no_more_is_received_than_was_read() -> None:
    line = Line([b"b" * 10_000, b"c" * 10_000, b"d" * 10_000])
    assert read(line, b"a" * 10, 20) == b"a" * 10 + b"b" * 10
    assert len(line.pieces) == 2


def test_a_thread_learns_that_the_client_went_away() -> None:
    with pytest.raises(BrokenOff):
        read(Line([b"of "], breaks_off=True), b"A table ")
