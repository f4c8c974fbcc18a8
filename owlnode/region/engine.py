"""The engine room of a region: one PostgreSQL, one Valkey, and the processes of every node."""

from __future__ import annotations

import hashlib
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from psycopg import sql

from owlnode import translations
from owlnode.embedded.errors import EmbeddedError
from owlnode.embedded.postgres import Postgres
from owlnode.embedded.reaper import Reaper
from owlnode.embedded.valkey import Valkey
from owlnode.region.home import Home
from owlnode.region.node import ROOT, Node
from owlnode.region.stagehand import Stagehand
from owlnode.region.supervisor import Supervisor

READY_SECONDS = 180.0


class Engine:
    """Starts and stops a region. Use as a context manager from the main thread."""

    def __init__(self, home: Home, cities: Sequence[tuple[str, str]], port_base: int, *, durable: bool = True) -> None:
        self.home = home
        self.postgres = Postgres(home.path, durable=durable)
        self.valkey = Valkey(home.path)
        self.reaper = Reaper()
        self.supervisor = Supervisor(self.reaper)
        self.nodes = self.describe(home, cities, port_base)
        self._hands: dict[str, Stagehand] = {}

    @staticmethod
    def describe(home: Home, cities: Sequence[tuple[str, str]], port_base: int) -> dict[str, Node]:
        """The nodes as they are or would be set up in ``home``; starts nothing."""
        postgres, valkey = Postgres(home.path), Valkey(home.path)
        return {
            slug: Node(
                city=slug,
                name=name,
                port=port_base + index,
                home=home.path,
                database_url=postgres.url(_database(slug)),
                redis_url=valkey.url(index),
                secret_key=home.secret(slug),
            )
            for index, (slug, name) in enumerate(cities)
        }

    def __enter__(self) -> Engine:
        try:
            self.start_engines()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def start_engines(self) -> None:
        """PostgreSQL and Valkey up, every node's database there and migrated."""
        translations.compile_if_stale()
        self.postgres.start()
        self.valkey.start()
        for engine in (self.postgres, self.valkey):
            if engine.process is not None:
                self.reaper.watch(engine.process.pid)
        self._migrate()
        self._collect()

    def start_node(self, city: str) -> None:
        """Start web, worker and beat of one node."""
        node = self.nodes[city]
        for kind, command in node.processes().items():
            self.supervisor.add(f"{city}/{kind}", command, env=node.environment(), log=node.folder / f"{kind}.log")

    def start_nodes(self) -> None:
        """Start every node and wait until each is ready (three minutes at the most)."""
        for city in self.nodes:
            self.start_node(city)
        self.wait_until(lambda: all(self.is_ready(city) for city in self.nodes), "the nodes did not get ready")

    def stop_node(self, city: str) -> None:
        """Stop the three processes of one node cleanly."""
        self.supervisor.stop([name for name in self.supervisor.wards if name.startswith(f"{city}/")])

    def watch(self) -> list[str]:
        """Restart what died, engines included; returns the names of the dead."""
        dead = self.supervisor.watch()
        for name, engine in (("postgresql", self.postgres), ("valkey", self.valkey)):
            if engine.process is not None and engine.process.poll() is not None:
                self.reaper.forget(engine.process.pid)
                engine.start()
                self.reaper.watch(engine.process.pid)
                dead.append(name)
        return dead

    def is_ready(self, city: str) -> bool:
        """What the node itself says at ``/health/ready``."""
        try:
            with urllib.request.urlopen(f"{self.nodes[city].url}/health/ready", timeout=5) as answer:  # noqa: S310
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def wait_until(self, condition: Callable[[], bool], complaint: str, seconds: float = READY_SECONDS) -> None:
        """Watch the processes until ``condition`` holds. Raises EmbeddedError with ``complaint`` after ``seconds``."""
        deadline = time.monotonic() + seconds
        while not condition():
            self.watch()
            if time.monotonic() > deadline:
                raise EmbeddedError(f"{complaint} within {seconds:.0f} s; see the logs in {self.home.path}.")
            time.sleep(0.1)

    def manage(self, city: str, *arguments: str, stdin: str = "") -> str:
        """Run a management command of one node; returns what it printed. Raises EmbeddedError with its last words."""
        process = self.begin(city, *arguments)
        output, words = process.communicate(stdin)
        return _result(city, arguments, process.returncode, output, words)

    def manage_all(self, *arguments: str) -> dict[str, str]:
        """The same command on every node side by side; output by city."""
        running = {city: self.begin(city, *arguments) for city in self.nodes}
        outputs = {city: process.communicate() for city, process in running.items()}
        return {city: _result(city, arguments, running[city].returncode, *outputs[city]) for city in self.nodes}

    def hand(self, city: str) -> Stagehand:
        """The node's hand, started when first needed."""
        if city not in self._hands:
            node = self.nodes[city]
            env = node.environment() | {"OWLNODE_LOG_LEVEL": "ERROR", "OWLNODE_LOG_FORMAT": "text"}
            self._hands[city] = Stagehand(city, node.manage("region"), env, node.folder / "hand.log")
        return self._hands[city]

    def ask(self, city: str, step: str, **details: Any) -> Any:
        """One step of the demo inside one node. Raises EmbeddedError with the node's own sentence."""
        hand = self.hand(city)
        hand.order(step, **details)
        return hand.answer()

    def ask_all(self, step: str, **details: Any) -> dict[str, Any]:
        """The same step in every node side by side; results by city."""
        for city in self.nodes:
            self.hand(city).order(step, **details)
        return {city: self.hand(city).answer() for city in self.nodes}

    def release_hands(self) -> None:
        """Let the hands go when the stage is set; they come back when needed."""
        for hand in self._hands.values():
            hand.close()
        self._hands.clear()

    def begin(self, city: str, *arguments: str) -> subprocess.Popen[str]:
        """Start a management command of one node and do not wait for it."""
        node = self.nodes[city]
        return subprocess.Popen(  # noqa: S603 - our own program
            node.manage(*arguments),
            env=node.environment() | {"OWLNODE_LOG_LEVEL": "ERROR", "OWLNODE_LOG_FORMAT": "text"},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def close(self) -> None:
        """Stop web and workers first, then the broker, then the database."""
        self.release_hands()
        self.supervisor.stop()
        for engine in (self.valkey, self.postgres):
            process = engine.process
            engine.stop()
            if process is not None:
                self.reaper.forget(process.pid)
        self.reaper.close()

    def _migrate(self) -> None:
        """Migrate one database and copy it for new nodes; migrate existing nodes when the migrations changed."""
        mark = migrations_mark()
        stamp = self.home.path / "migrations"
        known = self._databases()
        if all(_database(city) in known for city in self.nodes):
            if not stamp.exists() or stamp.read_text(encoding="utf-8") != mark:
                self.manage_all("migrate", "--no-input", "--verbosity", "0")
        else:
            self._create_from_template(known)
        stamp.write_text(mark, encoding="utf-8")

    def _collect(self) -> None:
        """Collect and hash the static files once for all nodes; again only when one of them changed."""
        mark = static_mark()
        stamp = self.home.path / "static-files"
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != mark:
            self.manage(next(iter(self.nodes)), "collectstatic", "--no-input", "--clear", "--verbosity", "0")
            stamp.write_text(mark, encoding="utf-8")

    def _create_from_template(self, known: set[str]) -> None:
        missing = [city for city in self.nodes if _database(city) not in known]
        first = missing[0]
        self.postgres.ensure_database(_database(first))
        self.manage(first, "migrate", "--no-input", "--verbosity", "0")
        with self.postgres.connect() as connection:
            for city in missing[1:]:
                connection.execute(
                    sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                        sql.Identifier(_database(city)), sql.Identifier(_database(first))
                    )
                )

    def _databases(self) -> set[str]:
        with self.postgres.connect() as connection:
            return {row[0] for row in connection.execute("SELECT datname FROM pg_database")}


def migrations_mark() -> str:
    """Changes whenever a migration of the project changes."""
    digest = hashlib.sha256()
    for path in sorted((ROOT / "apps").glob("*/migrations/*.py")):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def static_mark() -> str:
    """Changes whenever a static file of the project or the lock file of its packages changes."""
    digest = hashlib.sha256((ROOT / "package-lock.json").read_bytes())
    for path in sorted(path for folder in ("apps", "owlnode") for path in (ROOT / folder).glob("*/static/**/*")):
        if path.is_file():
            digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()


def _database(city: str) -> str:
    return "owl_" + city.replace("-", "_")


def _result(city: str, arguments: Sequence[str], status: int, output: str, words: str) -> str:
    if status != 0:
        last = (words.strip() or output.strip()).splitlines()[-6:]
        raise EmbeddedError(f"{city}: '{' '.join(arguments)}' failed:\n  " + "\n  ".join(last))
    return output


def data_folder(given: Path | None) -> Path | None:
    """The recordings: the folder named by the user (which must exist), else ../shared/data, else None."""
    if given is not None:
        if not given.is_dir():
            raise EmbeddedError(f"there is no folder {given}; name one with --data, or leave it out for the simulator.")
        return given.resolve()
    default = ROOT.parent / "shared" / "data"
    return default if default.is_dir() else None
