"""A web process as a node runs it, on the tests' database: real requests, real commits, and it can be killed."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import connection

from owlnode.region.node import Node


@dataclass(slots=True)
class Live:
    """The running process and its address."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def url(self) -> str:
        """The API's root."""
        return f"http://127.0.0.1:{self.port}/sta/v1.1"

    def kill(self) -> None:
        """End it and its workers as a failing machine would: at once."""
        os.killpg(self.process.pid, 9)
        self.process.wait(20)


@contextmanager
def running() -> Iterator[Live]:
    """A web process until the end of the block, ready to answer."""
    port = _free_port()
    with tempfile.TemporaryDirectory(prefix="owl-live-") as folder:
        node = Node(
            city="bielefeld",
            name="Bielefeld",
            port=port,
            home=Path(folder),
            database_url=_database_url(connection.settings_dict),
            redis_url=settings.NODE.redis_url.get_secret_value(),
            secret_key=settings.SECRET_KEY,
        )
        process = subprocess.Popen(
            node.processes()["web"],
            env=node.environment() | {"OWLNODE_LOG_LEVEL": "ERROR"},
            start_new_session=True,
        )
        try:
            _wait(f"{node.url}/health/live", process)
            yield Live(process, port)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait(20)


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _database_url(found: dict[str, Any]) -> str:
    host = str(found["HOST"])
    query = {"user": found["USER"]} | ({"host": host} if host.startswith("/") else {})
    place = "" if host.startswith("/") else f"{quote(found['USER'])}:{quote(found['PASSWORD'])}@{host}:{found['PORT']}"
    return f"postgresql://{place}/{quote(found['NAME'])}" + (f"?{urlencode(query)}" if not place else "")


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310 - our own address
                answer.read()
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)
