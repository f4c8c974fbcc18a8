"""A small application under the node's own server: a stream without end, and how many of them were closed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

from owlnode.serving import bodies
from owlnode.serving.threads import Threads
from owlnode.serving.types import Receive, Scope, Send

closed: list[object] = []


class Whole(list[bytes]):
    """An answer in one piece."""

    streaming = False


class Endless:
    """A stream that only its reader ends."""

    def __iter__(self) -> Iterator[bytes]:
        while True:
            yield b"x" * 65_536

    def close(self) -> None:
        """Counted."""
        closed.append(self)


def pages(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The stream at /endless; everywhere else how many were closed."""
    if environ["PATH_INFO"] == "/endless":
        start_response("200 OK", [("Content-Type", "text/plain")])
        return Endless()
    count = str(len(closed)).encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(count)))])
    return Whole([count])


threads = Threads(pages, workers=2)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """As the door does what is not for the loop."""
    await threads.answer(scope, await bodies.gather(scope, receive), receive, send)
