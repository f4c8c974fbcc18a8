"""openSenseMap: both bodies of ``POST /boxes/:box/data`` and the single value of ``/boxes/:box/:sensor``.

(https://docs.opensensemap.org.) Keys are the sensors' ids; the box is named by the path after the source's URL.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.ingest.payloads import documents
from apps.ingest.payloads.context import Context, Parsed
from apps.sources.types import Uplink

PATH = re.compile(r"(?:boxes/)?(?P<box>[\w-]{1,60})(?:/(?P<sensor>[\w-]{1,60}))?/?", re.ASCII)
DATA = "data"
NO_BOX = "box"
"""How the device is called where the path names no box."""


def read(body: bytes, context: Context) -> Parsed:
    """The measurements of one box, each an uplink of its own time. Raises Invalid, TooLarge."""
    box, sensor = _path(context.topic)
    document = documents.load(body)
    items = _items(document, sensor)
    if len(items) > documents.MAX_VALUES:
        raise documents.too_many()
    return Parsed(uplinks=tuple(_uplink(box, item) for item in items))


def _path(topic: str) -> tuple[str, str]:
    match = PATH.fullmatch(topic.strip("/"))
    if match is None:
        return NO_BOX, ""
    if match["box"] == DATA and match["sensor"] is None:
        return NO_BOX, ""
    return match["box"], "" if match["sensor"] in {None, DATA} else match["sensor"]


def _items(document: Any, sensor: str) -> list[tuple[str, Any, Any, Any, Any]]:
    """(sensor, value, time, place, what was sent) of every measurement."""
    if sensor and isinstance(document, dict) and "value" in document:
        return [_item(document | {"sensor": sensor})]
    if isinstance(document, list):
        return [_item(entry) for entry in document]
    if isinstance(document, dict):
        return [_pair(name, entry) for name, entry in document.items()]
    raise Invalid(_("The body must be a list or an object of measurements."), part="body")


def _item(entry: Any) -> tuple[str, Any, Any, Any, Any]:
    if not isinstance(entry, dict):
        return "", None, None, None, entry
    name = entry.get("sensor") or entry.get("sensorId") or entry.get("sensor_id")
    return str(name or ""), entry.get("value"), entry.get("createdAt"), entry.get("location"), entry


def _pair(name: str, entry: Any) -> tuple[str, Any, Any, Any, Any]:
    if not isinstance(entry, list):
        return name, entry, None, None, {name: entry}
    value, time, where, *_rest = [*entry, None, None, None]
    return name, value, time, where, {name: entry}


def _uplink(box: str, item: tuple[str, Any, Any, Any, Any]) -> Uplink:
    """One measurement; one that cannot be read keeps its reason and costs no other."""
    sensor, value, time, where, sent = item
    raw = documents.as_text(sent)
    if not sensor:
        return Uplink(device=box, problem="missing-sensor", detail="a measurement names its sensor", raw=raw)
    try:
        moment = documents.moment(time, f"{sensor}.createdAt")
    except Invalid as error:
        return Uplink(device=box, problem=error.code, detail=error.message, raw=raw)
    return Uplink(device=box, time=moment, values={sensor: documents.number(value)}, place=_place(where), raw=raw)


def _place(where: Any) -> tuple[float, float] | None:
    """``[lng, lat, height]`` or ``{"lng", "lat", "height"}``."""
    if isinstance(where, dict):
        return documents.place(where.get("lng"), where.get("lat"))
    if isinstance(where, list) and len(where) in {2, 3}:
        return documents.place(where[0], where[1])
    return None
