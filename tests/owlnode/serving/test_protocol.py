"""The real server with the node's own command: long heads, readers that go away, and being told to stop."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from owlnode.region.node import ROOT
from owlnode.serving import command as command_module
from owlnode.serving.protocol import HEAD_BYTES


class Server:
    """A running server, and connections to it."""

    def __init__(self) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        served = command_module.command(host="127.0.0.1", port=self.port, workers=1)
        self.process = subprocess.Popen(served, env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=ROOT)

    def connect(self) -> socket.socket:
        """A connection; the caller closes it."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def ask(self, path: str, headers: str = "") -> bytes:
        """The body of an answer, or its first line where that is not 200; nothing while there is no server."""
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{headers}\r\n"
        try:
            with closing(self.connect()) as line:
                line.sendall(request.encode())
                answer = b"".join(iter(lambda: line.recv(65_536), b""))
        except ConnectionError:
            return b""
        head, _end, body = answer.partition(b"\r\n\r\n")
        return body if head.startswith(b"HTTP/1.1 200") else head.partition(b"\r\n")[0]

    def comes_to_say(self, body: bytes) -> bool:
        """Whether the toy answers this before a minute is over."""
        deadline = time.monotonic() + 60
        while (said := self.ask("/")) != body and time.monotonic() < deadline:
            time.sleep(0.05)
        return said == body

    def read_endlessly(self) -> socket.socket:
        """A connection on which a stream has begun."""
        line = self.connect()
        line.sendall(b"GET /endless HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert line.recv(65_536).startswith(b"HTTP/1.1 200")
        return line


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server for the toy, which is patient for a second when it is told to stop."""
    monkeypatch.setattr(command_module, "APPLICATION", "tests.owlnode.serving.toy:application")
    monkeypatch.setattr(command_module, "STOP_SECONDS", 1)
    running = Server()
    try:
        assert running.comes_to_say(b"0")
        yield running
    finally:
        running.process.kill()
        running.process.wait(20)


def test_a_head_without_an_end_is_refused_and_nobody_else_notices(server: Server) -> None:
    assert server.ask("/", f"X-Long: {'x' * 1000}\r\n") == b"0"
    with closing(server.connect()) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: ")
        for _piece in range(HEAD_BYTES // 8192 + 1):
            line.sendall(b"x" * 8192)
        answer = b"".join(iter(lambda: line.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"longer than 65536 bytes" in answer
    assert server.ask("/") == b"0"


def test_a_reader_that_goes_away_ends_its_stream(server: Server) -> None:
    for gone in (b"1", b"2", b"3"):  # one more than there are threads: each was free again
        server.read_endlessly().close()
        assert server.comes_to_say(gone)


def test_a_server_that_is_told_to_stop_does_not_wait_for_a_stream_without_end(server: Server) -> None:
    with closing(server.read_endlessly()):
        server.process.terminate()
        assert server.process.wait(20) is not None
