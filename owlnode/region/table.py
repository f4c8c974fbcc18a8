"""The live table of the demo: per city what it has, what it received, how fast and how old."""

from __future__ import annotations

import re
import time
import urllib.request
from dataclasses import dataclass, field

from rich.table import Table

METRIC = re.compile(r"^(owlnode_\w+)(?:\{(.*)\})? (\S+)$")


@dataclass
class Reading:
    """One look at a node's ``/metrics``."""

    own: float = 0
    replicated: float = 0
    staleness: float | None = None
    healthy: bool = False
    agreements: float = 0
    taken: float = field(default_factory=time.monotonic)


def look(url: str) -> Reading:
    """Ask a node for its metrics; an unreachable node is a Reading that is not healthy."""
    reading = Reading()
    try:
        with urllib.request.urlopen(f"{url}/metrics", timeout=5) as answer:  # noqa: S310 - our own node
            text = answer.read().decode()
    except OSError:
        return reading
    values = {(match[1], match[2] or ""): float(match[3]) for match in map(METRIC.match, text.splitlines()) if match}
    ages = [value for (name, _), value in values.items() if name == "owlnode_replica_staleness_seconds"]
    reading.own = values.get(("owlnode_observations", 'origin="own"'), 0)
    reading.replicated = values.get(("owlnode_observations", 'origin="replica"'), 0)
    reading.agreements = sum(value for (name, _), value in values.items() if name == "owlnode_agreements_active")
    reading.staleness = max(ages) if ages else None
    reading.healthy = True
    return reading


class Board:
    """Remembers the last look at each node, so that rows per second can be told."""

    def __init__(self, cities: dict[str, tuple[str, str]], *, source: str) -> None:
        self.cities = cities
        self.source = source
        self.last: dict[str, Reading] = {}

    def render(self, *, note: str = "") -> Table:
        """A fresh table for 80 columns; one row a city. Age is that of the oldest replica, deals are agreements."""
        table = Table(title=f"Five cities, one region – {self.source}", caption=note or None, expand=False)
        for heading in ("city", "port", "own", "replicas", "rows/s", "age", "deals", "health"):
            table.add_column(heading, justify="left" if heading in {"city", "health"} else "right", no_wrap=True)
        for city, (name, url) in self.cities.items():
            now = look(url)
            table.add_row(name, url.rpartition(":")[2], *self._figures(city, now))
            self.last[city] = now
        return table

    def _figures(self, city: str, now: Reading) -> list[str]:
        if not now.healthy:
            return ["–", "–", "–", "–", "–", "[red]no answer"]
        before = self.last.get(city)
        rate = 0.0
        if before is not None and before.healthy and now.taken > before.taken:
            rate = (now.own + now.replicated - before.own - before.replicated) / (now.taken - before.taken)
        age = "–" if now.staleness is None else f"{now.staleness:,.1f} s"
        return [
            f"{now.own:,.0f}",
            f"{now.replicated:,.0f}",
            f"{rate:,.0f}",
            age,
            f"{now.agreements:.0f}",
            "[green]ready",
        ]
