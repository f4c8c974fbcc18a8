"""``$resultFormat``: data arrays (OGC 18-088, section 14), CSV and GeoJSON (RFC 7946) beside plain JSON."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import orjson
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from apps.sensorthings import database
from apps.sensorthings.entities import OBSERVATIONS, THINGS, EntityType, Kind, target_of
from apps.sensorthings.errors import JSON, BadQuery
from apps.sensorthings.reading import pages
from apps.sensorthings.reading.columns import Document, Row
from apps.sensorthings.reading.options import Options
from apps.sensorthings.reading.pages import JSON_OPTIONS, Page

COMPONENTS = ("id", "phenomenonTime", "resultTime", "result")
GEOJSON = "application/geo+json"
_STREAM = "a0.datastream_id"


def prepare(entity: EntityType, wanted: Options) -> None:
    """Settle what a format selects where nobody said so. Raises BadQuery for what the format cannot hold."""
    if wanted.format == "dataArray":
        if entity is not OBSERVATIONS:
            raise BadQuery("Only Observations come as data arrays.", part="$resultFormat=dataArray")
        if wanted.expand:
            raise BadQuery("A data array expands nothing.", part="$expand")
        wanted.select = tuple("id" if name == "@iot.id" else name for name in wanted.select or COMPONENTS)
        _only_properties(entity, wanted, "dataArray")
    elif wanted.format == "CSV":
        wanted.select = wanted.select or tuple(entity.properties)
        _only_properties(entity, wanted, "CSV")
        for name, nested in wanted.expand.items():
            if entity.navigations[name].many or nested.expand:
                raise BadQuery("CSV has columns for relations to one entity, and none below them.", part=name)
            nested.select = nested.select or tuple(target_of(entity.navigations[name]).properties)
    elif wanted.format == "GeoJSON" and entity is THINGS and "Locations" not in wanted.expand:
        wanted.expand["Locations"] = Options(select=("location",), top=1)


def _only_properties(entity: EntityType, wanted: Options, name: str) -> None:
    for one in wanted.select or ():
        if one not in ("id", "@iot.id") and one not in entity.properties:
            raise BadQuery(f"{name} has no column for this.", part=f"$select={one[:80]}")


def is_streamed(page: Page) -> bool:
    """Whether the answer is sent while it is read."""
    form = page.level.options.format
    return form == "CSV" or (form == "default" and page.is_long)


def answer(page: Page) -> HttpResponseBase:
    """The page in the format that its options ask for; what is not streamed is read in the caller's transaction."""
    wanted = page.level.options.format
    if wanted == "CSV":
        return pages.streamed(_csv(page), "text/csv;charset=UTF-8")
    if wanted == "dataArray":
        return _data_array(page)
    if wanted == "GeoJSON":
        return _geojson(page)
    return pages.answer(page)


def _data_array(page: Page) -> HttpResponse:
    """One array for each datastream that has rows on the page."""
    components = page.level.options.select or COMPONENTS
    stream = page.level.columns.place(_STREAM)
    labels = ["@iot.id" if name == "id" else name for name in components]
    count = page.count()
    rows, link = page.rows()
    documents = page.documents(rows)
    arrays: dict[int, list[list[Any]]] = {}
    for row, document in zip(rows, documents, strict=True):
        arrays.setdefault(row[stream], []).append([document.get(label) for label in labels])
    body: dict[str, Any] = {} if count is None else {"@iot.count": count}
    if link:
        body["@iot.nextLink"] = link
    body["value"] = [
        {
            "Datastream@iot.navigationLink": f"{page.root}/Datastreams({key})",
            "components": list(components),
            "dataArray@iot.count": len(array),
            "dataArray": array,
        }
        for key, array in arrays.items()
    ]
    return HttpResponse(orjson.dumps(body, option=JSON_OPTIONS), content_type=JSON)


def _csv(page: Page) -> Iterator[bytes]:
    """A line of names, then a line for each entity; JSON stands as JSON."""
    wanted = page.level.options
    names = [("", name) for name in wanted.select or ()]
    for relation, nested in wanted.expand.items():
        names += [(relation, name) for name in nested.select or ()]
    # The names wait for the first rows: what fails until then is still answered as an error.
    begun = _lines([["/".join(part for part in pair if part) for pair in names]])
    with database.reading():
        for rows in _batches(page):
            yield begun + _lines([_line(document, names) for document in page.documents(rows)])
            begun = b""
    if begun:
        yield begun


def _batches(page: Page) -> Iterator[list[Row]]:
    if page.is_long:
        yield from (rows for rows, _fetched in page.chunks())
    else:
        yield page.rows()[0]


def _line(document: Document, names: list[tuple[str, str]]) -> list[str]:
    found = []
    for relation, name in names:
        inside = document.get(relation) or {} if relation else document
        found.append(_cell(inside.get("@iot.id" if name == "id" else name)))
    return found


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _lines(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()


def _geojson(page: Page) -> HttpResponse:
    """A FeatureCollection: the entity's own geometry, for a thing that of its location; links count as properties."""
    count = page.count()
    rows, link = page.rows()
    documents = page.documents(rows)
    body: dict[str, Any] = {"type": "FeatureCollection"}
    if count is not None:
        body["@iot.count"] = count
    if link:
        body["@iot.nextLink"] = link
    body["features"] = [_feature(page.level.entity, document) for document in documents]
    return HttpResponse(orjson.dumps(body, option=JSON_OPTIONS), content_type=GEOJSON)


def _feature(entity: EntityType, document: Document) -> Document:
    geometry = None
    for prop in entity.properties.values():
        if prop.kind is Kind.GEOMETRY:
            geometry = document.pop(prop.name, None)
    if entity is THINGS:
        places = document.pop("Locations", [])
        geometry = places[0].get("location") if places else None
    found: Document = {"type": "Feature", "geometry": geometry, "properties": document}
    return found | {"id": document["@iot.id"]} if "@iot.id" in document else found
