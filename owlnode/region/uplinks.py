"""The demo's network server: uplinks of simulated LoRaWAN devices, sent to each city's webhook as a real one would.

They are in the form of The Things Stack v3 (its data formats for webhooks) without its mark ``simulated``, which a node
refuses; that nothing is measured say the names of source, device and datastreams instead.
"""

from __future__ import annotations

import json
import math
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

PAUSE_S = 1.0
"""One call a second at the most, for all cities together."""
INTERVAL_S = 60.0
"""How often the screens expect a device at the least; with five cities it speaks every five seconds."""
STRANGER_EVERY = 12
"""One uplink in so many comes from the device that nobody has mapped."""
TIMEOUT_S = 2.0
PLACES = {
    "bielefeld": (8.531, 52.022),
    "guetersloh": (8.379, 51.907),
    "herford": (8.672, 52.115),
    "detmold": (8.879, 51.936),
    "bad-salzuflen": (8.752, 52.087),
}
"""Where each city's device is said to stand: longitude and latitude near the town hall."""


def device(city: str, *, known: bool) -> tuple[str, str]:
    """DevEUI and device id of a city's device: of the one that is mapped, or of the one that nobody knows."""
    number = 2 * list(PLACES).index(city) + (1 if known else 2)
    return f"fefffffffe0000{number:02x}", f"simulator-{city}-{'klima' if known else 'neu'}"


def uplink(city: str, count: int, *, known: bool, at: datetime) -> dict[str, Any]:
    """One message of a device: the day's course of temperature and humidity, from the unknown one its soil."""
    eui, name = device(city, known=known)
    longitude, latitude = PLACES[city]
    day = math.sin((at.hour + at.minute / 60 - 9) / 24 * 2 * math.pi)
    wobble = math.sin(count)
    values = {"temperature": round(11 + 6 * day + 0.3 * wobble, 1), "humidity": round(68 - 15 * day + wobble)}
    unknown = {"soil_moisture": round(31 + wobble, 1)}
    return {
        "end_device_ids": {
            "device_id": name,
            "application_ids": {"application_id": "owl-simulator"},
            "dev_eui": eui.upper(),
        },
        "received_at": at.isoformat(),
        "uplink_message": {
            "f_port": 2,
            "f_cnt": count,
            "decoded_payload": values if known else unknown,
            "received_at": at.isoformat(),
            "locations": {"user": {"longitude": longitude, "latitude": latitude, "source": "SOURCE_REGISTRY"}},
        },
    }


@dataclass
class Uplinks:
    """Sends to one city after the other; ``doors`` are ``{"url", "token"}`` by city.

    Call ``send`` often: it makes at most one call, and only when its pause is over.
    """

    doors: Mapping[str, Mapping[str, str]]
    clock: Callable[[], float] = time.monotonic
    sent: int = 0
    failed: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    _not_before: float = 0.0

    def send(self) -> bool:
        """The next uplink if it is due; whether a node took it. One that is away misses it, as in the field."""
        if not self.doors or self.clock() < self._not_before:
            return False
        self._not_before = self.clock() + PAUSE_S
        turn, city = divmod(self.sent + self.failed, len(self.doors))
        name = list(self.doors)[city]
        count = self.counts[name] = self.counts.get(name, 0) + 1
        known = turn % STRANGER_EVERY != 1
        return self._call(name, uplink(name, count, known=known, at=datetime.now(tz=UTC)))

    def _call(self, city: str, message: Mapping[str, Any]) -> bool:
        door = self.doors[city]
        request = urllib.request.Request(  # noqa: S310 - our own node
            door["url"],
            data=json.dumps(message).encode(),
            headers={"Authorization": f"Bearer {door['token']}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310 - our own node
                answer.read()
        except OSError:
            self.failed += 1
            return False
        self.sent += 1
        return True
