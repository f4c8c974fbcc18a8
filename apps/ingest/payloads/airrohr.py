"""airRohr kits of sensor.community: their “own API” (https://github.com/opendata-stuttgart/sensors-software).

No time is sent, values are texts. P1 is PM10 and P2 is PM2.5 – but for the Honeywell HPM the other way round – so keys
are told by their meaning: ``SDS_P1`` → ``SDS.PM10``. Pressure is sent in Pa.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.ingest.payloads import documents
from apps.ingest.payloads.context import Context, Parsed
from apps.sources.types import REMEMBERED_S, Uplink

DUST = re.compile(r"(?:(?P<sensor>[A-Z0-9]+)_)?(?P<kind>P[0124]|P05|P025)", re.ASCII)
SIZES = {"P0": "PM1", "P1": "PM10", "P2": "PM2.5", "P4": "PM4", "P05": "PM0.5", "P025": "PM2.5"}
REVERSED = {"HPM": {"P1": "PM2.5", "P2": "PM10"}}
UNITS = {
    "temperature": "°C",
    "humidity": "%",
    "pressure": "Pa",
    "pressure_at_sealevel": "Pa",
    "signal": "dBm",
    "noise_LAeq": "dB(A)",
    "LA_min": "dB(A)",
    "LA_max": "dB(A)",
    "noise_LA_min": "dB(A)",
    "noise_LA_max": "dB(A)",
    "CO2": "ppm",
    "co2_ppm": "ppm",
}
REPEATED_S = 60
"""The same body again within a minute is a repetition; kits send every 145 s, and equal values do occur."""
PLACE = ("GPS_lat", "GPS_lon")


def read(body: bytes, context: Context) -> Parsed:
    """One message of one kit, named by the header X-Sensor or ``esp8266id``; X-PIN tells sensors apart. Raises
    Invalid."""
    document = documents.load_object(body)
    device = context.headers.get("x-sensor", "").strip() or _named(document)
    if not device:
        raise Invalid(_("The kit is not named."), part="X-Sensor", remedy=_("Send the header X-Sensor."))
    pin = context.headers.get("x-pin", "").strip()
    values, units = _values(document, pin)
    where = documents.place(values.pop("GPS_lon", None), values.pop("GPS_lat", None))
    key = context.headers.get("idempotency-key", "")
    return Parsed(
        uplinks=(
            Uplink(
                device=device,
                counter=f"{pin}:{key or hashlib.sha256(body).hexdigest()}",
                remember_s=REMEMBERED_S if key else REPEATED_S,
                values=values,
                units=units,
                place=where,
                raw=documents.raw(body),
            ),
        )
    )


def _named(document: dict[str, Any]) -> str:
    number = documents.text(document, "esp8266id")
    return f"esp8266-{number}" if number else ""


def _values(document: dict[str, Any], pin: str) -> tuple[dict[str, Any], dict[str, str]]:
    listed = document.get("sensordatavalues")
    if not isinstance(listed, list):
        raise Invalid(_("“%(name)s” must be a list.") % {"name": "sensordatavalues"}, part="sensordatavalues")
    if len(listed) > documents.MAX_VALUES:
        raise documents.too_many()
    values: dict[str, Any] = {}
    units: dict[str, str] = {}
    for index, entry in enumerate(listed):
        part = f"sensordatavalues[{index}]"
        if not isinstance(entry, dict):
            raise Invalid(_("“%(name)s” must be an object.") % {"name": part}, part=part)
        kind = documents.text(entry, "value_type")
        key, unit = _meaning(kind)
        if pin and key == kind:
            key = f"{key}@{pin}"  # two sensors of one kit both say "temperature"
        values[key] = documents.number(entry.get("value"))
        if unit:
            units[key] = unit
    return values, units


def _meaning(kind: str) -> tuple[str, str]:
    """The key and unit of a ``value_type``; what is not known keeps its name, without a unit."""
    dust = DUST.fullmatch(kind)
    if dust:
        size = REVERSED.get(dust["sensor"] or "", {}).get(dust["kind"], SIZES[dust["kind"]])
        return f"{dust['sensor']}.{size}" if dust["sensor"] else size, "µg/m³"
    return kind, UNITS.get(kind) or UNITS.get(kind.partition("_")[2], "")
