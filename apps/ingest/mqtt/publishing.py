"""The publisher: follows the numbers of batches and announces what everybody may read (OGC 18-088, section 14.2).

Its place – epoch, number, and until when delays were looked after – is written after the broker has every message.
Whoever kills it in between makes it say some things twice, never leave one out. What is not public never reaches the
broker: topics are read by anybody whom the broker lets in.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, close_old_connections

from apps.core import clock, duties, heartbeats
from apps.core.errors import Unavailable
from apps.core.heartbeats import Pulse
from apps.holdings import selectors as holdings
from apps.holdings.selectors import News
from apps.holdings.types import Access
from apps.ingest.mqtt import rendering
from apps.ingest.mqtt.outlet import Outlet
from apps.ingest.mqtt.rendering import Announcement
from apps.sensors import selectors as sensors
from apps.sensors.selectors import BatchRange

log = logging.getLogger(__name__)
NAME = "mqtt_publish"
LOOK_S = 0.25
BEAT_S = 10.0
LONGEST_PAUSE_S = 60.0
BATCHES = 200
ROWS = 20_000
MATURING = timedelta(seconds=5)
"""How often delays are looked after."""


@dataclass(frozen=True, slots=True)
class Place:
    """How far the publisher is; ``matured`` until when delays were looked after."""

    epoch: int
    number: int
    matured: datetime

    @classmethod
    def recall(cls, memory: Mapping[str, Any], *, at: datetime) -> Place:
        """The place that was written last; without one, or in another epoch, the present: history is no news."""
        epoch, high = sensors.epoch_and_high()
        if memory.get("epoch") != epoch:
            return cls(epoch, high, at)
        return cls(epoch, int(memory["number"]), datetime.fromisoformat(str(memory["matured"])))

    def memory(self) -> dict[str, str | int]:
        """The form in which it is written."""
        return {"epoch": self.epoch, "number": self.number, "matured": self.matured.astimezone(UTC).isoformat()}


@dataclass(slots=True)
class Publisher:
    """``run`` until ``stop`` is set. Raises LeaseLost when another publisher has begun."""

    outlet: Outlet
    pulse: Pulse
    root: str
    stop: threading.Event
    selects: Sequence[Sequence[str]] = ()
    published: int = 0
    failures: int = 0
    place: Place | None = None
    beat_at: datetime = field(default_factory=lambda: datetime(1970, 1, 1, tzinfo=UTC))

    def run(self) -> None:
        """Announce what is new, look again a little later; pause longer while broker or database are away."""
        while not self.stop.is_set():
            try:
                moved = self.once(at=clock.now())
                self.failures = 0
            except (Unavailable, OperationalError, InterfaceError) as error:
                close_old_connections()
                pause = duties.backoff(self.failures, base_seconds=0.5, cap_seconds=LONGEST_PAUSE_S)
                self.failures += 1
                log.warning("announcements wait", extra={"error": duties.describe(error)})
                self.stop.wait(pause)
            else:
                if not moved:
                    self.stop.wait(LOOK_S)

    def once(self, *, at: datetime) -> bool:
        """Announce the next batches and what has come of age; whether there was anything to do."""
        place = self.place or Place.recall(self.pulse.memory, at=at)
        epoch, high = sensors.epoch_and_high()
        if epoch != place.epoch:
            log.warning("the feed began anew; announcements go on from the present", extra={"epoch": epoch})
            place = Place(epoch, high, at)
        batches = _some(sensors.batches_after(place.number, until=high, limit=BATCHES))
        is_maturing = at - place.matured >= MATURING
        if batches or is_maturing:
            access = holdings.access(None, at=at)
            self._announce(batches, access)
            if is_maturing:
                self._tell(holdings.matured(access=access, elapsed=at - place.matured), access)
        moved = Place(epoch, batches[-1].number if batches else place.number, at if is_maturing else place.matured)
        if moved != self.place or at - self.beat_at >= timedelta(seconds=BEAT_S):
            self._remember(moved, at)
        return bool(batches)

    def _announce(self, batches: Sequence[BatchRange], access: Access) -> None:
        for batch in batches:
            for rows in holdings.written(access=access, batch=batch):
                self._tell(rows, access)

    def _tell(self, rows: Sequence[News], access: Access) -> None:
        if rows:
            self.published += self.outlet.publish(self._announcements(rows, access))

    def _announcements(self, rows: Iterable[News], access: Access) -> Iterator[Announcement]:
        touched = set()
        for news in rows:
            touched.add(news.datastream_id)
            yield from rendering.announcements(news, root=self.root, selects=self.selects)
        for row in sensors.datastreams(touched):
            yield from rendering.datastream(row, root=self.root, times=row.pk in access.whole)

    def _remember(self, place: Place, at: datetime) -> None:
        report = {"published": self.published, "connected": True}
        heartbeats.beat(self.pulse, at=at, memory=place.memory(), report=report)
        self.place, self.beat_at = place, at


def _some(batches: list[BatchRange]) -> list[BatchRange]:
    """As many as are announced before the place is written."""
    rows = 0
    for count, batch in enumerate(batches, start=1):
        rows += batch.rows
        if rows >= ROWS:
            return batches[:count]
    return batches
