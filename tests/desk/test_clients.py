"""The malware scanner as it really is: Debian's clamd with a signature of our own, and all that can fail."""

from __future__ import annotations

import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.desk import clients
from apps.desk.errors import FileTooLarge, MalwareFound, ScannerSilent
from apps.desk.types import ScanResult
from owlnode.embedded import debian
from owlnode.embedded.clamd import Clamd

VIRUS = b"owl-node-test-virus-4711"
LIMITS = {
    "StreamMaxLength": "100K",
    "MaxFileSize": "50K",
    "AlertExceedsMax": "yes",
    "MaxThreads": "2",
    "MaxQueue": "4",
}
MORE_THAN_IT_TAKES = 12


class Hangup(threading.Thread):
    """Takes one connection and the beginning of its file, and dies over it without a word."""

    def __init__(self, server: socket.socket) -> None:
        super().__init__(daemon=True)
        self.server = server
        self.start()

    def run(self) -> None:
        """Hang up."""
        line, _address = self.server.accept()
        line.recv(1024)
        line.close()


@pytest.fixture(scope="module")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clamd]:
    """A scanner that really runs, with narrow limits."""
    if debian.find("clamd") is None:
        pytest.skip("needs ClamAV – apt-get install clamav-daemon")
    made = Clamd(tmp_path_factory.mktemp("clamd"), signatures={"Owl.Test": VIRUS}, settings=LIMITS)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def scanner(clamd: Clamd, settings: Settings) -> Clamd:
    """The same, configured."""
    settings.NODE = settings.NODE.model_copy(update={"clamav": clamd.address})
    return clamd


@pytest.mark.usefixtures("scanner")
def test_a_clean_file_is_clean_and_an_infected_one_is_stopped() -> None:
    assert clients.scan(b"Nitrogen dioxide, hourly") is ScanResult.CLEAN
    assert clients.scan(b"") is ScanResult.CLEAN
    with pytest.raises(MalwareFound):
        clients.scan(b"x" * 40_000 + VIRUS)


@pytest.mark.usefixtures("scanner")
@pytest.mark.parametrize("size", [102_401, 200_000, 3_000_000])
def test_a_file_that_the_scanner_does_not_take_is_too_large_now_and_later(size: int) -> None:
    """It hangs up while the file is still on its way: its reason must be heard all the same."""
    with pytest.raises(FileTooLarge, match="cannot check a file of this size"):
        clients.scan(b"a" * size)


@pytest.mark.usefixtures("scanner")
def test_a_file_of_which_the_scanner_sees_a_part_only_is_not_called_clean() -> None:
    with pytest.raises(FileTooLarge):
        clients.scan(b"a" * 60_000)


def test_a_scanner_that_stops_working_lets_nothing_in(scanner: Clamd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clients, "SECONDS", 0.3)
    assert scanner.process is not None
    scanner.process.send_signal(signal.SIGSTOP)
    with pytest.raises(ScannerSilent):
        clients.scan(b"hello")
    scanner.process.send_signal(signal.SIGCONT)
    scanner.stop()
    with pytest.raises(ScannerSilent):
        clients.scan(b"hello")
    scanner.start()
    monkeypatch.setattr(clients, "SECONDS", 20)
    assert clients.scan(b"hello") is ScanResult.CLEAN


def test_a_scanner_that_is_killed_over_a_file_lets_nothing_in(tmp_path: Path, settings: Settings) -> None:
    path = str(tmp_path / "dying.sock")
    settings.NODE = settings.NODE.model_copy(update={"clamav": path})
    with ExitStack() as stack:
        server = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
        server.bind(path)
        server.listen(0)
        stack.callback(Hangup(server).join)
        with pytest.raises(ScannerSilent):
            clients.scan(b"a" * 3_000_000)


def test_a_scanner_with_a_full_queue_is_silent_and_serves_again(
    scanner: Clamd, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clients, "SECONDS", 0.5)
    with ExitStack() as stack:
        for _number in range(MORE_THAN_IT_TAKES):
            line = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
            line.connect(scanner.address)
            line.sendall(b"zINSTREAM\0")
        with pytest.raises(ScannerSilent):
            clients.scan(b"hello")
    monkeypatch.setattr(clients, "SECONDS", 20)
    assert clients.scan(b"hello") is ScanResult.CLEAN
