"""A small region of real nodes for tests: two cities run, a third only asks, until a test starts it too."""

from __future__ import annotations

import dataclasses
import json
import socket
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from functools import partial
from typing import Any

from owlnode.embedded.errors import EmbeddedError
from owlnode.region.engine import Engine
from owlnode.region.home import Home, write_private
from owlnode.region.node import Node
from owlnode.region.stagehand import Stagehand

BIELEFELD, DETMOLD, HERFORD = "bielefeld", "detmold", "herford"
CITIES = ((BIELEFELD, "Bielefeld"), (DETMOLD, "Detmold"), (HERFORD, "Herford"))
NAMES = dict(CITIES)
RUNNING = (BIELEFELD, DETMOLD)
PATIENCE_SECONDS = 300.0
"""Not a promise of speed: how long a test waits before it says that something never happens."""
PAGE_ROWS = 1_000
RAW = {"visibility": "peers", "resolution": "raw"}
HOURLY = {"visibility": "peers", "resolution": "PT1H", "statistics": ["mean", "count"]}
HAND = "import django; django.setup(); from tests.nodes.hand import main; main()"
MIDNIGHT = datetime.now(tz=UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=3)


@dataclasses.dataclass(frozen=True)
class SmallPages(Node):
    """A node that gives out small pages, so that a test can come in between two of them."""

    def environment(self) -> dict[str, str]:
        """As in the demo, with small pages, and looking for work less often: most of what a node did was looking."""
        return super().environment() | {
            "OWLNODE_PAGE_ROWS": str(PAGE_ROWS),
            "OWLNODE_CHECKPOINT_SECONDS": "2",
            "OWLNODE_SWEEP_SECONDS": "20",
            "OWLNODE_TICK_SECONDS": "2",
        }


class Region:
    """The engine of a region, a hand in every node, and a gateway in front of each intake."""

    def __init__(self, home: Home) -> None:
        self.engine = Engine(home, CITIES, free_ports(len(CITIES)))
        self.engine.nodes = {
            city: SmallPages(**{field.name: getattr(node, field.name) for field in dataclasses.fields(node)})
            for city, node in self.engine.nodes.items()
        }
        self.hands: dict[str, Stagehand] = {}
        self.tokens: dict[str, str] = {}

    def open(self) -> None:
        """Engines up, identities made, trust exchanged, two cities running."""
        self.engine.start_engines()
        home = self.engine.home
        credentials = home.credentials({city: node.url for city, node in self.engine.nodes.items()})
        entries = self.ask_all("prepare", credentials=str(credentials))
        trust = home.path / "trust.json"
        write_private(trust, json.dumps({"peers": list(entries.values())}))
        self.ask_all("trust", file=str(trust))
        self.run(*RUNNING)

    def run(self, *cities: str) -> None:
        """Start nodes and wait until they say that they are ready."""
        for city in cities:
            self.engine.start_node(city)
        for city in cities:
            self.until(partial(self.engine.is_ready, city), f"{city} is ready")

    def close(self) -> None:
        """Let the hands go and stop everything; nobody will use this region again, so nobody waits for long."""
        for city in list(self.hands):
            self.release(city)
        self.engine.supervisor.stop(seconds=2)
        self.engine.close()

    def release(self, city: str) -> None:
        """Let a node's hand go; it comes back with the next order."""
        if city in self.hands:
            self.hands.pop(city).close()

    def ask(self, city: str, step: str, **details: Any) -> Any:
        """One step inside a node. Raises EmbeddedError with what went wrong there."""
        self._order(city, step, details)
        return self._answer(city)

    def ask_all(self, step: str, **details: Any) -> dict[str, Any]:
        """The same step in every node side by side; results by city."""
        for city in NAMES:
            self._order(city, step, details)
        return {city: self._answer(city) for city in NAMES}

    def _order(self, city: str, step: str, details: dict[str, Any]) -> None:
        if city not in self.hands:
            node = self.engine.nodes[city]
            env = node.environment() | {"OWLNODE_LOG_LEVEL": "ERROR", "OWLNODE_LOG_FORMAT": "text"}
            self.hands[city] = Stagehand(city, [sys.executable, "-c", HAND], env, node.folder / "test-hand.log")
        self.hands[city].order(step, **details)

    def _answer(self, city: str) -> Any:
        try:
            return self.hands[city].answer()
        except EmbeddedError as error:
            words = self.hands[city].log.read_text(encoding="utf-8")[-1500:]
            raise EmbeddedError(f"{error}\n{words}") from error

    def until(self, condition: Callable[[], bool], promise: str) -> None:
        """Keep the processes running until ``condition`` holds; fails with the promise that was not kept."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            self.engine.watch()
            if time.monotonic() > deadline:
                raise AssertionError(f"waited {PATIENCE_SECONDS:.0f} s in vain: {promise}; {self.engine.home.path}")
            time.sleep(0.4)

    def post(self, city: str, readings: list[dict[str, Any]], *, client_key: str = "") -> dict[str, Any]:
        """Readings through the front door, as a gateway sends them. Raises OSError while the node is not there."""
        if city not in self.tokens:
            self.tokens[city] = self.ask(city, "gateway", name=f"gateway-{uuid.uuid4().hex[:6]}")
        body = {"readings": readings} | ({"client_key": client_key} if client_key else {})
        request = urllib.request.Request(  # noqa: S310 - our own node
            f"{self.engine.nodes[city].url}/ingest/v1/readings",
            data=json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.tokens[city]}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            told: dict[str, Any] = json.loads(answer.read())
        return told

    def record(self, key: str, values: dict[datetime, float], *, city: str = BIELEFELD) -> None:
        """Values of one stream at their times; every one must be taken."""
        readings = [{"datastream": key, "time": at.isoformat(), "result": value} for at, value in values.items()]
        for start in range(0, len(readings), 10_000):
            told = self.post(city, readings[start : start + 10_000])
            assert told["rejected"] == 0, told["errors"][:3]

    def share(
        self, terms: dict[str, Any], streams: tuple[str, ...] = ("t",), *, owner: str = BIELEFELD
    ) -> tuple[str, str]:
        """A new mast with these streams in a dataset of its own under these terms: (slug, key of the mast)."""
        mark = uuid.uuid4().hex[:8]
        slug, key = f"set-{mark}", f"mast-{mark}"
        self.ask(owner, "device", key=key, name=f"Mast {mark}", streams=list(streams))
        self.ask(owner, "publish", slug=slug, keys=[f"{key}/{stream}" for stream in streams], terms=terms)
        return slug, key

    def agree(self, slug: str, *, owner: str = BIELEFELD, consumer: str = DETMOLD) -> str:
        """Ask for the dataset and wait until the agreement is in force and data may flow; its uid."""
        self.ask(consumer, "request", slug=slug, owner=NAMES[owner])
        self.until(lambda: bool(self.replica(slug, consumer)["complete"]), f"{consumer} gets {slug}")
        return str(self.replica(slug, consumer)["uid"])

    def replica(self, slug: str, consumer: str = DETMOLD) -> dict[str, Any]:
        """What the consumer holds of a dataset."""
        found: dict[str, Any] = self.ask(consumer, "replica", slug=slug)
        return found

    def caught_up(self, slug: str, *, consumer: str = DETMOLD) -> dict[str, Any]:
        """Wait until the replica is complete as of a moment after this call; what it holds then."""
        now = datetime.now(tz=UTC).isoformat()
        self.until(lambda: self.replica(slug, consumer)["complete"] > now, f"{slug} gets complete: {now}")
        return self.replica(slug, consumer)

    def digests(self, slug: str, *, owner: str = BIELEFELD, consumer: str = DETMOLD) -> tuple[list[Any], list[Any]]:
        """Once caught up: (rows, digest) computed by the owner and by the consumer, each from its own tables."""
        uid = self.caught_up(slug, consumer=consumer)["uid"]
        as_of = datetime.now(tz=UTC).isoformat()
        return self.ask(owner, "owned", uid=uid, as_of=as_of), self.ask(consumer, "held", uid=uid, as_of=as_of)

    def password(self, city: str, role: str) -> str:
        """What the person with this role signs in with."""
        known = json.loads((self.engine.home.path / "credentials.json").read_text(encoding="utf-8"))
        return str(known[city]["accounts"][role])

    def mails(self, city: str) -> list[str]:
        """The texts of all emails that a city has sent."""
        files = sorted((self.engine.nodes[city].folder / "files" / "mail").glob("*.log"))
        parts = [part for file in files for part in file.read_bytes().split(b"\n" + b"-" * 79 + b"\n")]
        return [message_from_bytes(part, policy=default).get_content() for part in parts if part.strip()]

    def reachable(self, city: str) -> bool:
        """Whether the node's front door opens."""
        return self.engine.is_ready(city)


def refused(error: OSError) -> bool:
    """Whether a gateway should send again: no connection, or an answer that says that the node is in trouble."""
    return not isinstance(error, urllib.error.HTTPError) or error.code >= 500


def free_ports(count: int) -> int:
    """The first of ``count`` neighbouring ports on which nothing listens."""
    for base in range(21_000 + uuid.uuid4().int % 20_000, 64_000, 17):
        if all(_is_free(base + index) for index in range(count)):
            return base
    raise AssertionError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
