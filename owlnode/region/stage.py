"""The stage of the demo: nodes, trust, recordings, agreements – up to where data flow by themselves."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from owlnode.embedded.errors import EmbeddedError
from owlnode.region import plan
from owlnode.region.engine import Engine
from owlnode.region.home import write_private
from owlnode.region.uplinks import Uplinks

SIMULATED_HISTORY = "30d"
LIVE_INTERVAL = "5"
LIVE_HISTORY = "5d"
REPLAY_SPEED = "1800"
REPLAY_STEP = "1800"
Say = Callable[[str], None]


@dataclass
class Imported:
    """What came in from the files, added up over the cities."""

    files: int = 0
    rows: int = 0
    quarantined: int = 0


@dataclass
class Stage:
    """Sets the demo up step by step; each step twice is the same as once, so that a second start resumes.

    It plays with the cities that the engine runs. ``latest`` takes only so many of the last files of each recording.
    """

    engine: Engine
    data: Path | None
    say: Say
    replays: bool = False
    latest: int = 0
    imports: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    imported: Imported = field(default_factory=Imported)
    uplinks: Uplinks = field(default_factory=lambda: Uplinks({}))

    @property
    def recorded(self) -> bool:
        """Whether there are recordings; without them the simulator carries the demo."""
        return self.data is not None

    @property
    def cities(self) -> list[plan.City]:
        """The cities of the plan that run here."""
        return [city for city in plan.CITIES if city.slug in self.engine.nodes]

    def prepare(self, credentials: Path) -> None:
        """Keys, accounts and simulated sensors; then the nodes run and trust each other."""
        self.say("keys, accounts and sensors")
        entries = self.engine.ask_all("prepare", credentials=str(credentials))
        trust = self.engine.home.path / "trust.json"
        write_private(trust, json.dumps({"peers": list(entries.values())}))
        self.engine.ask_all("trust", file=str(trust))
        self.say(f"starting web, worker and beat of {len(self.engine.nodes)} nodes")
        self.engine.start_nodes()

    def begin_imports(self) -> None:
        """Start importing every city's recordings, or the simulated history where there are none."""
        for city in self.cities:
            self.imports[city.slug] = self._import(city)

    def publish_when_ready(self) -> None:
        """Publish as soon as every dataset of the plan has a sensor: the first file of each kind brings them."""
        self.engine.wait_until(self._has_streams, "the imports brought no sensors", seconds=600)

    def _has_streams(self) -> bool:
        found = self.engine.ask_all("streams", recorded=self.recorded)
        if not all(found.values()):
            return False
        self.publish()
        return True

    def collect(self) -> None:
        """Without waiting: when the last import has ended, take in the sensors that only later files brought."""
        if self.imports and all(process.poll() is not None for process in self.imports.values()):
            self.wait_for_imports()
            self.publish()

    def publish(self) -> None:
        """Datasets, terms, three signatures, offers; with the streams that are there by now."""
        self.engine.ask_all("publish", recorded=self.recorded)

    def agree(self) -> None:
        """Every city asks for what the plan says; owners decide where no standing offer answers."""
        self.say("cities ask each other for data")
        self.engine.ask_all("ask", recorded=self.recorded)
        self._settle()

    def wait_for_imports(self) -> Imported:
        """Wait until all files are in; returns the sums. Raises EmbeddedError with an import's last words."""
        for city, process in self.imports.items():
            while process.poll() is None:
                self.engine.watch()
                time.sleep(0.1)
            output, words = process.communicate()
            if process.returncode != 0:
                raise EmbeddedError(f"{city}: the import failed:\n  {words.strip()[-600:]}")
            self._count(output)
        self.imports.clear()
        return self.imported

    def start_live(self) -> None:
        """The simulated sensors of every city go on measuring; what they missed in the last days comes first."""
        for city, node in self.engine.nodes.items():
            history = ["--since", LIVE_HISTORY, "--step", "1800"]
            command = node.manage("simulate", *history, "--interval", LIVE_INTERVAL, "--verbosity", "0")
            self.engine.supervisor.add(
                f"{city}/simulator", command, env=node.environment(), log=node.folder / "simulator.log"
            )

    def connect_sources(self) -> None:
        """Every city gets a webhook for simulated LoRaWAN devices; from now on ``uplinks.send`` has whom to call."""
        self.uplinks = Uplinks(self.engine.ask_all("connect"))

    def start_replays(self) -> None:
        """The last file of every recording as timed replay: half an hour a second, labelled like all the others."""
        for city in self.cities if self.recorded else ():
            node, last = self.engine.nodes[city.slug], [str(files[-1]) for files in self._files(city)]
            command = node.manage("replay", "--speed", REPLAY_SPEED, "--step", REPLAY_STEP, *last)
            log = node.folder / "replay.log"
            self.engine.supervisor.add(f"{city.slug}/replay", command, env=node.environment(), log=log)

    def _files(self, city: plan.City) -> list[list[Path]]:
        """The files of each recording of a city, oldest first; a recording that is not there is left out."""
        if self.data is None:
            return []
        found = (sorted((self.data / name).rglob("*.csv")) for name in city.recordings)
        return [files[-self.latest :] for files in found if files]

    def _import(self, city: plan.City) -> subprocess.Popen[str]:
        if self.data is None:
            return self.engine.begin(city.slug, "simulate", "--since", SIMULATED_HISTORY, "--until", "0m")
        paths = [str(path) for files in self._files(city) for path in (files[:-1] if self.replays else files)]
        if not paths:
            wanted = ", ".join(city.recordings)
            raise EmbeddedError(f"{self.data} holds none of {wanted}; name another folder with --data.")
        return self.engine.begin(city.slug, "import_recording", "any", "--json", *paths)

    def _count(self, output: str) -> None:
        if self.data is None:
            return
        report: dict[str, Any] = json.loads(output.strip().splitlines()[-1])
        self.imported.files += report["files"]
        self.imported.rows += report["accepted"]
        self.imported.quarantined += report["quarantined"]

    def _settle(self) -> None:
        """Let owners decide until no negotiation is open any more."""
        deadline = time.monotonic() + 90
        while any(state["open"] for state in self.engine.ask_all("progress").values()):
            if time.monotonic() > deadline:
                raise EmbeddedError(f"some negotiations do not come to an end; see {self.engine.home.path}.")
            self.engine.ask_all("decide")
            self.engine.watch()
