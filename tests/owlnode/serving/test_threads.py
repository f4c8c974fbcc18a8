"""A WSGI application in threads: one way back for an answer in one piece, and streams no faster than their readers."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from owlnode.serving.bodies import Beginning
from owlnode.serving.threads import Threads
from owlnode.serving.types import Message
from tests.loops import run
from tests.owlnode.serving.client import Line, scope

HEADERS = [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")]


class Parts:
    """What an application returns: its parts, whether they are a stream, and whether it was closed."""

    def __init__(self, parts: Iterable[bytes], *, streaming: bool) -> None:
        self.parts, self.streaming = parts, streaming
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.parts)

    def close(self) -> None:
        """As Django's answers: the end of a request."""
        self.closed = True


def answering(parts: Iterable[bytes]) -> Callable[[WSGIEnvironment, StartResponse], Iterable[bytes]]:
    """An application that says 200 and returns these parts."""

    def application(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", HEADERS)
        return parts

    return application


async def answered(application: Any, line: Line, *, workers: int = 1) -> None:
    """Have the application answer on this line."""
    threads = Threads(application, workers=workers)
    found = scope("GET", "/")
    await asyncio.wait_for(threads.answer(found, Beginning(b"", whole=True), line.receive, line.send), 60)


def test_an_answer_in_one_piece_is_sent_in_one_piece_and_closed() -> None:
    parts, line = Parts([b"wa", b"ter"], streaming=False), Line()
    run(answered(answering(parts), line))
    assert [message["type"] for message in line.sent] == ["http.response.start", "http.response.body"]
    assert (line.status, line.body, parts.closed) == (200, b"water", True)
    assert [value for name, value in line.sent[0]["headers"] if name == b"set-cookie"] == [b"a=1", b"b=2"]


@pytest.mark.parametrize("parts", [Parts([b"wa", b"ter"], streaming=True), (b"wa", b"ter")])
def test_a_stream_is_sent_part_by_part(parts: Any) -> None:
    line = Line()
    run(answered(answering(parts), line))
    assert [message["body"] for message in line.sent[1:]] == [b"wa", b"ter", b""]
    assert [message.get("more_body", False) for message in line.sent[1:]] == [True, True, False]
    assert getattr(parts, "closed", True)


def test_no_part_is_made_before_the_one_before_it_was_taken() -> None:
    made: list[int] = []
    taken = asyncio.Event()

    def parts() -> Iterator[bytes]:
        for number in range(5):
            made.append(number)
            yield b"x"

    class Slow(Line):
        async def send(self, message: Message) -> None:
            await super().send(message)
            if message.get("body"):
                await taken.wait()

    async def read_slowly() -> list[int]:
        line = Slow()
        reading = asyncio.create_task(answered(answering(parts()), line))
        while not line.body:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        before = made.copy()
        taken.set()
        await reading
        return before

    assert run(read_slowly()) == [0]
    assert made == [0, 1, 2, 3, 4]


def test_a_stream_ends_when_its_reader_goes_away_and_its_thread_is_free_again() -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"x"

    parts = Parts(endless(), streaming=True)
    line = Line(breaks_off=True)
    run(answered(answering(parts), line))
    assert parts.closed
    assert line.sent[-1].get("more_body", False)  # an answer that was not finished does not look finished


def test_a_stream_that_fails_does_not_look_finished() -> None:
    def failing() -> Iterator[bytes]:
        yield b"wa"
        raise ValueError("the database went away")

    parts, line = Parts(failing(), streaming=True), Line()
    with pytest.raises(ValueError, match="went away"):
        run(answered(answering(parts), line))
    assert parts.closed
    assert line.sent[-1] == {"type": "http.response.body", "body": b"wa", "more_body": True}


def test_requests_are_answered_side_by_side_by_as_many_threads_as_there_are() -> None:
    together = threading.Barrier(2, timeout=20)

    def application(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        together.wait()
        return Parts([b"x"], streaming=False)

    async def both() -> list[bytes]:
        threads = Threads(application, workers=2)
        lines = [Line(), Line()]
        beginning = Beginning(b"", whole=True)
        await asyncio.gather(*(threads.answer(scope("GET", "/"), beginning, one.receive, one.send) for one in lines))
        return [one.body for one in lines]

    assert run(both()) == [b"x", b"x"]
