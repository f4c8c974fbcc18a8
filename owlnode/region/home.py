"""The folder of a region: lock, credentials, secrets – and what to say when it cannot be used."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import socket
from pathlib import Path
from typing import IO, Any

from owlnode.embedded.errors import EmbeddedError
from owlnode.embedded.postgres import Postgres

LEAST_FREE_BYTES = 1_000_000_000
ROLES = ("administrator", "administrator2", "steward", "owner", "gatekeeper", "desk", "desk2")


class Home:
    """``.owl/`` or another folder: everything a region keeps between two starts."""

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        self._lock: IO[str] | None = None

    def occupy(self) -> None:
        """Make the folder and hold its lock. Raises EmbeddedError when it is in use or cannot be written."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = (self.path / "lock").open("w", encoding="utf-8")
        except OSError as error:
            raise EmbeddedError(f"{self.path} cannot be used: {error.strerror}.") from error
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise EmbeddedError(f"a demo is already running with {self.path}; stop it or choose --home.") from error
        free = shutil.disk_usage(self.path).free
        if free < LEAST_FREE_BYTES:
            raise EmbeddedError(f"the disk of {self.path} has only {free // 1_000_000} MB free; 1,000 MB are needed.")

    def wipe(self) -> None:
        """Delete everything a former demo left, for ``--fresh``; the lock stays held."""
        Postgres(self.path).wipe()
        for entry in self.path.iterdir():
            if entry.name == "lock":
                continue
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()

    def leave(self) -> None:
        """Give the lock back."""
        if self._lock is not None:
            self._lock.close()

    def secret(self, city: str) -> str:
        """The node's secret key; made once, mode 0600."""
        path = self.path / city / "secret-key"
        if not path.exists():
            write_private(path, secrets.token_urlsafe(48))
        return path.read_text(encoding="utf-8")

    def credentials(self, cities: dict[str, str]) -> Path:
        """``credentials.json`` (mode 0600): per city its address and one generated password a role; made once."""
        path = self.path / "credentials.json"
        known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        for city, url in cities.items():
            # A role that came with a newer version gets its password beside those that are known.
            accounts = {role: secrets.token_urlsafe(12) for role in ROLES} | known.get(city, {}).get("accounts", {})
            known[city] = {"admin": f"{url}/admin/", "accounts": accounts}
        write_private(path, json.dumps(known, indent=1, ensure_ascii=False))
        return path


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner may read, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    fresh.replace(path)


def require_free_ports(ports: list[int]) -> None:
    """Raises EmbeddedError naming the first port that something else listens on."""
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise EmbeddedError(
                    f"port {port} on 127.0.0.1 is taken; stop what uses it or choose another --port-base."
                ) from error
