"""Which datastream a value goes to, and how it is converted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from apps.sensors.models import Datastream
from apps.sources.models import Mapping as MappingRow
from apps.sources.models import Source
from apps.sources.types import WILDCARD, ConversionName

NUMERIC = ("OM_Measurement", "OM_CountObservation")
DIRECT = "datastream/"
DIRECT_KEY = "result"
MAX_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Route:
    """Where a value goes: ``datastream`` 0 means that it is not wanted. ``numeric``: only numbers may go there."""

    datastream: int
    unit: str = ""
    factor: float = 1.0
    offset: float = 0.0
    truth: bool = False
    numeric: bool = True


Keys = Mapping[str, Route]


@dataclass(frozen=True, slots=True)
class Routes:
    """The routes of one source for some devices: by device and key, and those that hold for every device."""

    devices: Mapping[str, Keys]
    everywhere: Keys

    def of(self, device: str) -> Keys | None:
        """The device's routes, those for every device included; None for a device that nobody mapped."""
        own = self.devices.get(device)
        if own is None:
            return self.everywhere or None
        return {**self.everywhere, **own} if self.everywhere else own


_COLUMNS = (
    "device_key", "payload_key", "datastream_id", "unit", "factor", "offset", "conversion",
    "datastream__observation_type",
)  # fmt: skip


def routes(source: Source, devices: Collection[str]) -> Routes:
    """The routes of these devices, in one query (two where a source may name datastreams directly)."""
    found: dict[str, dict[str, Route]] = {}
    rows = MappingRow.objects.filter(source=source, device_key__in=[*devices, WILDCARD]).values_list(*_COLUMNS)
    for device, key, datastream, unit, factor, offset, conversion, kind in rows:
        found.setdefault(device, {})[key] = Route(
            datastream or 0, unit, factor, offset, conversion == ConversionName.TRUTH, (kind or "").endswith(NUMERIC)
        )
    if source.direct_prefix:
        found = _direct(source, devices) | found
    return Routes(found, found.pop(WILDCARD, {}))


def _direct(source: Source, devices: Collection[str]) -> dict[str, dict[str, Route]]:
    """Datastreams named by their id, as far as the source may."""
    numbers = [device.removeprefix(DIRECT) for device in devices if device.startswith(DIRECT)]
    wanted = [int(number) for number in numbers if number.isdecimal() and len(number) < 11 and int(number) <= MAX_ID]
    if not wanted:
        return {}
    own = Datastream.objects.own().filter(pk__in=wanted)
    if source.direct_prefix != WILDCARD:
        own = own.filter(external_key__startswith=source.direct_prefix)
    return {
        f"{DIRECT}{number}": {DIRECT_KEY: Route(number, numeric=kind.endswith(NUMERIC))}
        for number, kind in own.values_list("pk", "observation_type")
    }
