"""The body of a request: what the loop takes in before a thread is asked, and what arrives while the thread reads.

Most bodies are small. Taken in by the loop they hold no thread, however slowly they come. Larger ones are read by the
thread piece by piece, so that no upload stands in memory as a whole.
"""

from __future__ import annotations

import asyncio
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from owlnode.serving.crossing import have_done
from owlnode.serving.types import Receive, Scope

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

AT_ONCE = 128 * 1024
"""So many bytes the loop takes in by itself: a thousand observations, or a page's form."""


class BrokenOff(OSError):
    """The client went away in the middle of its body."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first bytes of a body; ``whole`` when there are no more."""

    data: bytes
    whole: bool


async def gather(scope: Scope, receive: Receive) -> Beginning:
    """The body, or its first ``AT_ONCE`` bytes and a little more. Raises BrokenOff when the client goes away before."""
    length = _length(scope)
    if length == 0:
        return Beginning(b"", whole=True)
    pieces: list[bytes] = []
    size, more = 0, True
    while more and size < AT_ONCE:
        piece, more = await _next(receive)
        pieces.append(piece)
        size += len(piece)
        # The server sees to it that no body is longer than announced; its end needs no message then.
        more = more and size != length
    return Beginning(pieces[0] if len(pieces) == 1 else b"".join(pieces), whole=not more)


class Rest(io.RawIOBase):
    """A body for a thread: its beginning, then what the loop ``loop`` receives.

    Raises BrokenOff like ``gather``, and LoopEnded when the process stops meanwhile.
    """

    def __init__(self, beginning: Beginning, receive: Receive, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._left = memoryview(beginning.data)
        self._more = not beginning.whole
        self._receive, self._loop = receive, loop

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer as far as one piece reaches; 0 at the end."""
        while not self._left and self._more:
            piece, self._more = have_done(_next(self._receive), self._loop)
            self._left = memoryview(piece)
        room = memoryview(buffer).cast("B")
        count = min(len(room), len(self._left))
        room[:count] = self._left[:count]
        self._left = self._left[count:]
        return count


def reader(beginning: Beginning, receive: Receive, loop: asyncio.AbstractEventLoop) -> io.BufferedIOBase:
    """The body as a file, as WSGI wants it (PEP 3333, "Input and Error Streams")."""
    return io.BytesIO(beginning.data) if beginning.whole else io.BufferedReader(Rest(beginning, receive, loop))


async def _next(receive: Receive) -> tuple[bytes, bool]:
    message = await receive()
    if message["type"] != "http.request":
        raise BrokenOff("the client went away before its body was whole")
    return message.get("body", b""), message.get("more_body", False)


def _length(scope: Scope) -> int | None:
    """The length that was announced; 0 for a request without a body, None where it shows at the end."""
    headers = dict(scope["headers"])
    announced = headers.get(b"content-length", b"0")
    return None if b"transfer-encoding" in headers or not announced.isdigit() else int(announced)
