"""A WSGI application under an event loop: every request is answered by one of a fixed number of threads.

An answer in one piece takes one way back to the loop. A stream is handed over piece by piece, the next one made when
the server has taken the one before, so that no answer stands in memory as a whole; it ends when its reader goes away.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from wsgiref.types import WSGIApplication

from owlnode.serving import bodies
from owlnode.serving.bodies import Beginning
from owlnode.serving.crossing import have_done
from owlnode.serving.environ import environ_of
from owlnode.serving.types import Message, Receive, Scope, Send

log = logging.getLogger(__name__)


class Threads:
    """``application`` in so many ``workers``, each a thread with its own connection to the database."""

    def __init__(self, application: WSGIApplication, *, workers: int) -> None:
        self._application = application
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="web")

    async def answer(self, scope: Scope, beginning: Beginning, receive: Receive, send: Send) -> None:
        """Answer one request, of whose body ``beginning`` has been taken in."""
        loop = asyncio.get_running_loop()
        environ = environ_of(scope, bodies.reader(beginning, receive, loop))
        exchange = _Exchange(loop, receive, send)
        for message in await loop.run_in_executor(self._pool, exchange.run, self._application, environ):
            await send(message)


class _Exchange:
    """One request in its thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, receive: Receive, send: Send) -> None:
        self._loop, self._receive, self._send = loop, receive, send
        self._start: Message = {}

    def run(self, application: WSGIApplication, environ: dict[str, Any]) -> tuple[Message, ...]:
        """What the loop still has to send: all of an answer in one piece, nothing of a stream."""
        parts = application(environ, self._start_response)
        try:
            # Django's answers know what they are; anything else may be endless.
            if not getattr(parts, "streaming", True):
                return self._start, {"type": "http.response.body", "body": b"".join(parts)}
            self._stream(parts)
            return ()
        finally:
            getattr(parts, "close", _nothing)()

    def _stream(self, parts: Iterable[bytes]) -> None:
        self._hand(self._start)
        end = asyncio.run_coroutine_threadsafe(_gone(self._receive), self._loop)
        try:
            for part in parts:
                if end.done():
                    log.info("the reader of a stream went away")
                    return
                self._hand({"type": "http.response.body", "body": part, "more_body": True})
            self._hand({"type": "http.response.body", "body": b""})
        finally:
            end.cancel()

    def _hand(self, message: Message) -> None:
        """Have the loop send a message, and wait until the server has taken it."""
        have_done(self._sent(message), self._loop)

    async def _sent(self, message: Message) -> None:
        await self._send(message)

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], _failure: object = None, /
    ) -> Callable[[bytes], object]:
        self._start = {
            "type": "http.response.start",
            "status": int(status[:3]),
            "headers": [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        }
        return _no_write


async def _gone(receive: Receive) -> None:
    """Ends when the client goes away (ASGI: ``http.disconnect``)."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _no_write(_data: bytes) -> None:
    raise RuntimeError("PEP 3333's write() is for old frameworks; Django returns its answers")


def _nothing() -> None:
    """What has nothing to close."""
