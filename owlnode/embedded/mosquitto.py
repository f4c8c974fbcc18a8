"""A Mosquitto of Debian's package on a loopback port, with persistence – for tests and benchmarks, never in production.

Its settings are those that ``docs/intake.md`` recommends, so that what is measured here is what a city gets.
"""

from __future__ import annotations

import getpass
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from owlnode.embedded import child, debian, places
from owlnode.embedded.errors import EmbeddedError

SETTINGS: Mapping[str, str] = {
    "persistence": "true",
    "autosave_interval": "60",
    "max_inflight_messages": "0",
    "max_queued_messages": "0",
    "max_queued_bytes": "1073741824",
    "max_packet_size": "5300000",
    "set_tcp_nodelay": "true",
}
"""``0`` lifts Mosquitto's own limits of 20 messages in flight and 1,000 in the queue: the bridge sets its own."""


class Mosquitto:
    """One broker under ``home``. With ``passwords`` (name → password) nobody comes in without, else everybody."""

    def __init__(
        self, home: Path, *, passwords: Mapping[str, str] | None = None, settings: Mapping[str, str] | None = None
    ) -> None:
        self.home = home
        self.passwords = dict(passwords or {})
        self.settings = {**SETTINGS, **(settings or {})}
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, name: str = "") -> str:
        """The broker's address as OWLNODE_MQTT_URL has it, with the password of ``name``."""
        login = f"{name}:{self.passwords[name]}@" if name else ""
        return f"mqtt://{login}127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers (10 s at the most). Raises EmbeddedError, also where there is none."""
        program = debian.find("mosquitto")
        if program is None:
            raise EmbeddedError("Mosquitto is not installed – apt-get install mosquitto")
        places.own_folder(self.home, for_server=False)
        config = self._configure()
        with (self.home / "mosquitto.log").open("ab") as log:
            self.process = child.start([program, "-c", config], log=log)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        self.stop()
        raise EmbeddedError(f"Mosquitto did not start; its last words stand in {self.home / 'mosquitto.log'}.")

    def stop(self) -> None:
        """Stop it; sessions and queued messages are kept in its file and are there after the next ``start``."""
        if self.process is not None:
            child.stop(self.process)
            self.process = None

    def _configure(self) -> Path:
        lines = [f"listener {self.port} 127.0.0.1", f"persistence_location {self.home}/", f"user {getpass.getuser()}"]
        lines.append(f"allow_anonymous {'false' if self.passwords else 'true'}")
        if self.passwords:
            lines.append(f"password_file {self._write_passwords()}")
        lines += [f"{name} {value}" for name, value in self.settings.items()]
        path = self.home / "mosquitto.conf"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def _write_passwords(self) -> Path:
        path = self.home / "passwords"
        path.write_text("".join(f"{name}:{word}\n" for name, word in self.passwords.items()), encoding="utf-8")
        path.chmod(0o600)
        program = debian.find("mosquitto_passwd") or "mosquitto_passwd"
        subprocess.run([program, "-U", str(path)], check=True, capture_output=True)  # noqa: S603 - hashes our own file
        return path


def free_port() -> int:
    """A loopback port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
