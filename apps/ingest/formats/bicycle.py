"""Bicycle counters: ``Datetime, <id> (<name>)…, <id>-status…`` every 15 minutes, a total column and its directions.

Each row counts the quarter of an hour that begins at its time. The total and every direction are streams of their own;
``total_of`` and ``part_of`` in their properties say which belong together, so that nobody adds both. A status other
than 0 or empty is kept with the reading as its quality. The doubled hour in autumn stands in the file once and holds
both hours; it is kept under the first one (summer time) and says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from apps.ingest.formats import sources, tables
from apps.ingest.formats.types import COUNT_OBSERVATION, NUMBER, Column, Layout, Property, Station, Stream

KIND = "bicycle"
TIME_TITLE = "Datetime"
SPAN = 900
CHANNEL = re.compile(r"(\d{3,15}) \((.*)\)", re.ASCII)
STATUS = re.compile(r"(\d{3,15})-status", re.ASCII)
LIMITS = (0.0, 10_000.0)  # in a quarter of an hour; eleven bicycles a second pass no counter
PROPERTY = Property(
    "bicycle-count", "Fahrräder", "http://www.wikidata.org/entity/Q11442", "Zahl der Fahrräder, die vorbeigefahren sind"
)


def recognises(header: Sequence[str]) -> bool:
    """Is this the header of a bicycle counter's file?"""
    return header[0] == TIME_TITLE and any(CHANNEL.fullmatch(title) for title in header[1:])


def layout(header: Sequence[str], *, folder: str, sites: Sequence[Mapping[str, Any]]) -> Layout:
    """What the header says; ``folder`` is the name of the file's folder (the station), ``sites`` is site_min.json."""
    channels: dict[str, tuple[int, str]] = {}
    for index, title in enumerate(header):
        if (match := CHANNEL.fullmatch(title)) and match[1] not in channels:
            channels[match[1]] = (index, match[2])
    total = _total(list(channels), folder, sites)
    site = next((s for s in sites if str(s.get("directory")) == total), {})
    names = {str(channel): tables.tidy(str(name)) for channel, name in site.get("channels", ())}
    names |= {channel: name for channel, (_, name) in channels.items()}
    statuses = {m[1]: i for i, title in enumerate(header) if (m := STATUS.fullmatch(title))}
    known = {index: channel for channel, (index, _) in channels.items()}
    columns = tuple(
        _column(index, title, total, known.get(index), statuses)
        for index, title in enumerate(header)
        if index and index not in statuses.values()
    )
    name = tables.tidy(str(site.get("name") or names[total]))
    return Layout(
        KIND,
        len(header),
        (_station(total, name, names),),
        columns,
        SPAN,
        frozenset(statuses.values()),
        merged_autumn=True,
    )


def _total(channels: Sequence[str], folder: str, sites: Sequence[Mapping[str, Any]]) -> str:
    """The channel that is the sum of the others: the station itself, by its folder, the site list, or the first one."""
    stations = {str(site.get("directory")) for site in sites}
    by_folder = [channel for channel in channels if channel == folder]
    by_sites = [channel for channel in channels if channel in stations]
    return (by_folder or by_sites or list(channels))[0]


def _column(index: int, title: str, total: str, channel: str | None, statuses: Mapping[str, int]) -> Column:
    if channel is None:
        problem = "duplicate-column" if CHANNEL.fullmatch(title) else "unknown-column"
        return Column(index, title, f"bicycle/{total}/{tables.slug(title) or index}", problem=problem)
    return Column(index, title, _key(total, channel), limits=LIMITS, status=statuses.get(channel))


def _key(station: str, channel: str) -> str:
    return f"bicycle/{station}/{channel}"


def _station(total: str, name: str, names: Mapping[str, str]) -> Station:
    parts = [_key(total, channel) for channel in names if channel != total]
    streams = [
        Stream(
            key=_key(total, channel),
            name=f"{title} ({channel})" if channel != total else f"{name} – gesamt",
            observed=PROPERTY,
            unit=NUMBER,
            kind="count",
            observation_type=COUNT_OBSERVATION,
            interval_s=SPAN,
            properties={"total_of": parts} if channel == total else {"part_of": _key(total, total)},
        )
        for channel, title in names.items()
    ]
    return Station(
        key=f"bicycle/{total}",
        name=f"Fahrradzählstelle {name}",
        description=f"{sources.LABEL}: Zählschleifen im Radweg, Zählung alle 15 Minuten.",
        sensor_name=f"Zählschleifen {name}",
        streams=tuple(streams),
        properties=sources.provenance(KIND),
    )
