"""From parts of a file to the node: readings to ``sensors.record``, the rest to quarantine, in one transaction."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction

from apps.ingest import devices
from apps.ingest.formats import cells
from apps.ingest.formats.types import Block, Issue, Layout, Part, Station
from apps.ingest.reports import ImportReport
from apps.sensors import selectors as sensor_selectors
from apps.sensors import services as sensors
from apps.sensors import types as sensor_types


@dataclass(frozen=True, slots=True)
class Target:
    """Where a file's readings go: the layout, the ids of its streams in the order of its keys, the source's name."""

    layout: Layout
    ids: tuple[int, ...]
    source: str
    file: str


class Registry:
    """Registers stations for one city, and remembers the last ones: the files of a recording mostly have the same."""

    def __init__(self, *, city: str, city_name: str) -> None:
        self._city, self._city_name = city, city_name
        self._last: tuple[tuple[Station, ...], Mapping[str, int]] | None = None

    def ids(self, stations: tuple[Station, ...], *, at: datetime) -> Mapping[str, int]:
        """External key → datastream id of these stations' streams, registered where they were not just before."""
        if self._last is None or self._last[0] != stations:
            self._last = (stations, register(stations, city=self._city, city_name=self._city_name, at=at))
        return self._last[1]


def register(stations: Sequence[Station], *, city: str, city_name: str, at: datetime) -> Mapping[str, int]:
    """Make sure the stations' things and datastreams exist and are described as now; external key → datastream id."""
    known = _known_capacities(stations)
    found = [devices.device(with_capacity(station, known), city=city, city_name=city_name) for station in stations]
    return sensors.register(devices=found, at=at)


def _known_capacities(stations: Sequence[Station]) -> dict[str, Mapping[str, Any]]:
    """What the node knows about the capacity of these stations' streams, by external key."""
    keys = [stream.key for station in stations for stream in station.streams]
    own = sensor_selectors.own_datastreams().filter(external_key__in=keys, properties__has_key="capacity")
    return dict(own.values_list("external_key", "properties"))


def with_capacity(station: Station, known: Mapping[str, Mapping[str, Any]]) -> Station:
    """The station with the capacity of the newest file, so that the order of imports does not matter."""
    kept: dict[str, Any] = {}
    for stream in station.streams:
        before = known.get(stream.key, {})
        if str(before.get("capacity_as_of", "")) > str(stream.properties.get("capacity_as_of", "")):
            kept = {name: before[name] for name in ("capacity", "capacity_as_of")}
    if not kept:
        return station
    streams = tuple(replace(stream, properties={**stream.properties, **kept}) for stream in station.streams)
    return replace(station, streams=streams, properties={**station.properties, **kept})


def write(part: Part, target: Target, *, at: datetime) -> ImportReport:
    """Write one part of a file; what the node refuses joins the quarantine. Writing it again changes nothing."""
    report = ImportReport()
    report.count(part.tally)
    rows = [_row(issue, target) for issue in part.issues]
    with transaction.atomic():
        for block in part.blocks:
            rows += _write_block(block, target, report, at)
        if rows:
            sensors.quarantine(source=target.source, rows=rows, at=at)
    return report


def _write_block(block: Block, target: Target, report: ImportReport, at: datetime) -> list[sensor_types.QuarantineRow]:
    readings = sensor_types.Readings.build(
        datastream=np.asarray(target.ids, np.int32)[block.stream],
        time=block.time,
        result=block.result,
        span=target.layout.span,
        extra=block.extra,
    )
    result = sensors.record(readings=readings, source=target.source, client_key=block.digest, at=at)
    if result.duplicate_of is None:
        report.new += result.accepted
        report.corrected += result.corrected
        report.unchanged += result.unchanged
    else:
        report.unchanged += len(block) - len(result.rejected)
    report.accepted -= len(result.rejected)
    report.quarantined += len(result.rejected)
    return [_refused(rejection, block, target) for rejection in result.rejected]


def _refused(rejection: sensor_types.Rejection, block: Block, target: Target) -> sensor_types.QuarantineRow:
    at = rejection.row
    issue = Issue(
        line=int(block.line[at]),
        column=target.layout.keys[block.stream[at]],
        reason=rejection.reason,
        detail=rejection.detail,
        text=repr(float(block.result[at])),
        key=target.layout.keys[block.stream[at]],
        time_us=int(block.time[at]),
    )
    return _row(issue, target)


def _row(issue: Issue, target: Target) -> sensor_types.QuarantineRow:
    """The quarantine row of an issue: where it stands in the file and, where that is known, the reading it would be."""
    payload: dict[str, Any] = {
        "recording": {
            "kind": target.layout.kind,
            "file": target.file,
            "line": issue.line,
            "column": issue.column,
            "cells": issue.cells,
        },
        "text": issue.text.replace("\0", "\ufffd"),
    }
    occurred = None
    if issue.time_us is not None:
        occurred = sensor_types.datetime_of(issue.time_us)
        payload["reading"] = _reading(issue, target.layout.span, occurred)
    where = f"{target.file}, line {issue.line}" + (f", column {issue.column!r}" if issue.column else "")
    return sensor_types.QuarantineRow(
        payload=json.dumps(payload, ensure_ascii=False),
        reason=issue.reason,
        detail=f"{where}: {issue.detail}".replace("\0", "\ufffd"),
        occurred_at=occurred,
    )


def _reading(issue: Issue, span: int, begin: datetime) -> dict[str, Any]:
    """The row that the HTTP intake would take, once its datastream is known."""
    value = cells.number(issue.text)
    end = sensor_types.datetime_of(sensor_types.micros(begin) + span * 1_000_000)
    return {
        "datastream": issue.key,
        "time": f"{begin.isoformat()}/{end.isoformat()}" if span else begin.isoformat(),
        "result": issue.text if math.isnan(value) else value,
    }
