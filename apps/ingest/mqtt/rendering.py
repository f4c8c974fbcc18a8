"""Observations and datastreams as SensorThings JSON (OGC 18-088, sections 8.2.4, 8.2.7 and 14.2), and their topics."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from apps.core.errors import Invalid
from apps.holdings.selectors import News

VERSION = "v1.1"
FIELDS = frozenset(
    {"phenomenonTime", "resultTime", "result", "resultQuality", "parameters", "@iot.id", "@iot.selfLink"}
)
Announcement = tuple[str, bytes]
"""Topic and payload."""


def selections(text: str) -> tuple[tuple[str, ...], ...]:
    """The ``$select`` lists in ``OWLNODE_MQTT_SELECTS``: names between commas, lists between semicolons; or Invalid."""
    found = tuple(tuple(name.strip() for name in part.split(",")) for part in text.split(";") if part.strip())
    if unknown := {name for names in found for name in names} - FIELDS:
        raise Invalid(
            f"OWLNODE_MQTT_SELECTS names {min(unknown)[:40]!r}, which an observation does not have.",
            part="OWLNODE_MQTT_SELECTS",
            remedy=f"Known are {', '.join(sorted(FIELDS))}.",
        )
    return found


def observation(news: News, *, root: str) -> dict[str, Any]:
    """One observation as it is read at ``root`` (``https://…/sta/v1.1``)."""
    extra = json.loads(news.extra) if news.extra else {}
    link = f"{root}/Observations({news.id})"
    entity: dict[str, Any] = {
        "@iot.id": news.id,
        "@iot.selfLink": link,
        "phenomenonTime": period(news.time, news.time + timedelta(seconds=news.span)),
        "resultTime": None if news.result_time is None else moment(news.result_time),
        "result": extra.get("result") if news.result is None else news.result,
        "Datastream@iot.navigationLink": f"{link}/Datastream",
        "FeatureOfInterest@iot.navigationLink": f"{link}/FeatureOfInterest",
    }
    if "quality" in extra:
        entity["resultQuality"] = extra["quality"]
    if "parameters" in extra:
        entity["parameters"] = extra["parameters"]
    return entity


def announcements(news: News, *, root: str, selects: Sequence[Sequence[str]]) -> Iterator[Announcement]:
    """What is published of one observation: to all, to those of its datastream, and there to each ``$select``."""
    entity = observation(news, root=root)
    own = f"{VERSION}/Datastreams({news.datastream_id})/Observations"
    payload = orjson.dumps(entity)
    yield f"{VERSION}/Observations", payload
    yield own, payload
    for names in selects:
        chosen = {name: entity[name] for name in names if name in entity}
        yield f"{own}?$select={','.join(names)}", orjson.dumps(chosen)


def datastream(row: Any, *, root: str, times: bool) -> Iterator[Announcement]:
    """What is published of a datastream that has news; without its ``times`` where its newest rows are not public."""
    link = f"{root}/Datastreams({row.pk})"
    entity: dict[str, Any] = {
        "@iot.id": row.pk,
        "@iot.selfLink": link,
        "name": row.name,
        "description": row.description,
        "observationType": row.observation_type,
        "unitOfMeasurement": {
            "name": row.unit_name or None,
            "symbol": row.unit_symbol or None,
            "definition": row.unit_definition or None,
        },
        "properties": row.properties,
    }
    if times and row.first_time is not None and row.last_time is not None:
        entity["phenomenonTime"] = f"{moment(row.first_time)}/{moment(row.last_time)}"
    entity |= {f"{name}@iot.navigationLink": f"{link}/{name}" for name in _LINKS}
    payload = orjson.dumps(entity)
    yield f"{VERSION}/Datastreams", payload
    yield f"{VERSION}/Datastreams({row.pk})", payload


_LINKS = ("Thing", "Sensor", "ObservedProperty", "Observations")


def period(start: datetime, end: datetime) -> str:
    """An instant, or an interval ``a/b``."""
    return moment(start) if start == end else f"{moment(start)}/{moment(end)}"


def moment(value: datetime) -> str:
    """ISO 8601 in UTC, with as many decimals as there are (none, three or six)."""
    kind = "seconds" if not value.microsecond else "microseconds" if value.microsecond % 1_000 else "milliseconds"
    return value.astimezone(UTC).isoformat(timespec=kind).replace("+00:00", "Z")
