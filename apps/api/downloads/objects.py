"""JSON and GeoJSON (RFC 7946)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apps.api import render
from apps.api.answers import dumps
from apps.api.downloads.frames import Chunks, Frame, Labels
from apps.holdings.types import Latest


def write_json(frame: Frame, chunks: Chunks) -> Iterator[bytes]:
    """``dataset``, ``things`` and ``observations``, one object a line."""
    head = dumps({"dataset": frame.about(), "things": [render.thing(spot) for spot in frame.spots]})
    yield head[:-1] + b',"observations":['
    first = True
    for chunk in chunks:
        rows = render.observations(chunk)
        if rows:
            yield (b"\n" if first else b",\n") + b",\n".join(dumps(row) for row in rows)
            first = False
    yield b"]}\n"


def write_geojson(frame: Frame, chunks: Chunks) -> Iterator[bytes]:
    """A feature for each row at the place of its thing, so that a map can step through time."""
    yield _head(frame)
    first = True
    for chunk in chunks:
        rows = render.observations(chunk)
        if rows:
            yield (b"\n" if first else b",\n") + b",\n".join(dumps(_feature(frame, row)) for row in rows)
            first = False
    yield b"]}\n"


def geojson_of_latest(frame: Frame, values: list[Latest]) -> bytes:
    """A feature for the latest value of each series."""
    features = [_feature(frame, render.latest(one)) for one in values]
    return _head(frame) + b",\n".join(dumps(feature) for feature in features) + b"]}\n"


def _head(frame: Frame) -> bytes:
    """Foreign members (section 6.1) say what this is; readers that do not know them pass over them."""
    about: dict[str, Any] = {"type": "FeatureCollection", "dataset": frame.about()}
    return dumps(about)[:-1] + b',"features":['


def _feature(frame: Frame, row: dict[str, Any]) -> dict[str, Any]:
    labels: Labels = frame.labels[row["datastream"]]
    geometry = None if labels.point is None else {"type": "Point", "coordinates": labels.point}
    words = {
        "thing": labels.thing,
        "name": labels.name,
        "measurand": labels.measurand,
        "unit": labels.unit,
    }
    return {"type": "Feature", "geometry": geometry, "properties": row | words}
