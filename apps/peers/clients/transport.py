"""One HTTP exchange with hard limits: a checked address, no redirect, no proxy, so many bytes, so many seconds.

Connections are kept and reused per process and address. The time limit is for the whole exchange: even a peer that
drips one byte every few seconds is cut off.
"""

from __future__ import annotations

import http.client
import io
import os
import socket
import threading
import time
from collections import OrderedDict
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import urllib3
from django.utils.translation import gettext as _
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import BaseHTTPResponse

from apps.core.errors import PeerUnreachable
from apps.peers.clients.addresses import Place
from apps.peers.errors import AnswerTooLarge

KEPT_POOLS = 64
KEPT_CONNECTIONS = 4
CHUNK = 256 * 1024

_deadline: ContextVar[float] = ContextVar("deadline")
_pools: OrderedDict[tuple[int, Place], urllib3.HTTPConnectionPool] = OrderedDict()
_guard = threading.Lock()


class ConnectionStale(PeerUnreachable):
    """A kept connection was closed before a byte of the answer came."""


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """Status, headers under lower-case names, body as sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _TimedReader(io.RawIOBase):
    """Reads a socket until the deadline of the exchange, not until each read's own."""

    def __init__(self, raw: Any, sock: socket.socket) -> None:
        self._raw, self._sock, self._until = raw, sock, _deadline.get()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(_left(self._until))
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(http.client.HTTPResponse):
    """The standard library's reader on top of a timed socket."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock), 64 * 1024)


class _PlainConnection(HTTPConnection):
    response_class = _TimedResponse


class _TlsConnection(HTTPSConnection):
    response_class = _TimedResponse


def exchange(
    *, place: Place, method: str, target: str, headers: Mapping[str, str], body: bytes, seconds: float, max_bytes: int
) -> RawAnswer:
    """Send one request and read the whole answer. Raises PeerUnreachable, AnswerTooLarge."""
    until = time.monotonic() + seconds
    token = _deadline.set(until)
    sent = {"Host": place.authority, "Accept-Encoding": "identity", **headers}
    try:
        response = _pool(place).urlopen(
            method,
            target,
            body=body or None,
            headers=sent,
            redirect=False,
            retries=False,
            preload_content=False,
            decode_content=False,
            timeout=urllib3.Timeout(connect=seconds, read=seconds),
        )
        return _read(response, max_bytes)
    except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
        kind = ConnectionStale if _is_stale(error) else PeerUnreachable
        raise kind(
            _("%(host)s did not answer: %(reason)s.") % {"host": place.authority, "reason": _reason(error)},
            remedy=_("Is the node running, its name and certificate right, and the way to it open?"),
        ) from error
    finally:
        _deadline.reset(token)


def forget_connections() -> None:
    """Close every kept connection of this process (tests; after a change of certificates)."""
    with _guard:
        while _pools:
            _pools.popitem()[1].close()


def _read(response: BaseHTTPResponse, max_bytes: int) -> RawAnswer:
    body = bytearray()
    finished = False
    try:
        _check_size(int(response.headers.get("content-length") or 0), max_bytes)
        while chunk := response.read1(CHUNK, decode_content=False):
            body += chunk
            _check_size(len(body), max_bytes)
        finished = True
    except ValueError as error:
        raise http.client.HTTPException("impossible length") from error
    finally:
        if finished:
            response.release_conn()
        else:
            response.close()
    headers = {name.lower(): value for name, value in response.headers.items()}
    return RawAnswer(response.status, headers, bytes(body))


def _check_size(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise AnswerTooLarge(
            _("The answer has more than the %(most)d bytes that are accepted.") % {"most": max_bytes}, part="body"
        )


def _pool(place: Place) -> urllib3.HTTPConnectionPool:
    key = (os.getpid(), place)  # a forked child must not speak on its parent's sockets
    with _guard:
        pool = _pools.pop(key, None) or _new_pool(place)
        _pools[key] = pool
        if len(_pools) > KEPT_POOLS:
            _pools.popitem(last=False)
    return pool


def _new_pool(place: Place) -> urllib3.HTTPConnectionPool:
    if place.scheme == "http":
        plain = urllib3.HTTPConnectionPool(place.address, place.port, maxsize=KEPT_CONNECTIONS, retries=False)
        plain.ConnectionCls = _PlainConnection
        return plain
    tls = urllib3.HTTPSConnectionPool(
        place.address,
        place.port,
        maxsize=KEPT_CONNECTIONS,
        retries=False,
        cert_reqs="CERT_REQUIRED",
        server_hostname=place.host,
        assert_hostname=place.host,
    )
    tls.ConnectionCls = _TlsConnection
    return tls


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("took too long")
    return left


def _is_stale(error: BaseException) -> bool:
    causes = (error, error.__cause__, error.__context__)
    return any(
        isinstance(one, (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError)) for one in causes
    )


def _reason(error: BaseException) -> str:
    inner = error.__cause__ or error.__context__ or error
    return f"{type(error).__name__}, {type(inner).__name__}" if inner is not error else type(error).__name__
