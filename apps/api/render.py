"""From what the domain answers to plain values, as the OpenAPI document (``shapes``) describes them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.urls import NoReverseMatch, reverse

from apps.holdings import selectors as holdings
from apps.holdings.types import Chunk, Entry, Holding, Latest, Measurand, Part, Series, Spot, Stream
from apps.holdings.types.rows import STATISTICS
from apps.policies import sentences
from apps.policies.sentences import Sentence

FILES = ("csv", "json", "geojson", "parquet")


def absolute(name: str, *arguments: str) -> str:
    """The whole address of a named page; '' where this node has none of that name."""
    try:
        return f"{settings.NODE.base_url}{reverse(name, args=arguments)}"
    except NoReverseMatch:
        return ""


def dataset(one: Holding) -> dict[str, Any]:
    """A dataset as its reader may see it."""
    return {
        "key": one.key,
        "identifier": one.identifier,
        "title": dict(one.titles),
        "description": dict(one.descriptions),
        "publisher": one.publisher,
        "department": dict(one.departments),
        "owner": {"did": one.owner_did, "name": one.owner_name},
        "replica": one.is_replica,
        "agreement": _source(one),
        "theme": one.theme,
        "keywords": list(one.keywords),
        "licence": one.licence,
        "attribution": one.attribution,
        "contact": one.contact_email,
        "visibility": one.visibility,
        "terms": one.terms.to_mapping() if one.terms else None,
        "terms_in_words": words(one),
        "terms_version": one.terms_number,
        "released_at": one.released_at,
        "modified_at": one.modified_at,
        "first_time": one.first_time,
        "last_time": one.last_time,
        "observations": one.observation_count,
        "freshness": str(one.freshness),
        "expected_s": seconds(one.expected),
        "mode": str(one.mode),
        "measurands": list(one.measurands),
        "formats": list(holdings.formats_of(one)),
        "links": links(one),
    }


def links(one: Holding) -> dict[str, str]:
    """Where the rest of it is."""
    found = {
        "self": absolute("api-dataset", one.key),
        "page": absolute("portal-dataset", one.key),
        "observations": absolute("api-observations", one.key),
        "series": absolute("api-series", one.key),
        "latest": absolute("api-latest", one.key),
        "things": f"{absolute('api-things')}?dataset={quote(one.key)}",
        "feed": absolute("api-feed", one.key),
        **{name: absolute("api-download", one.key, name) for name in FILES},
    }
    return {name: url for name, url in found.items() if url}


def words(one: Holding) -> dict[str, list[dict[str, str]]]:
    """The terms in plain German and English, each clause with its strength."""
    if one.terms is None:
        return {"de": [], "en": []}
    return {code: [_sentence(item) for item in sentences.render(one.terms, code)] for code in ("de", "en")}


def thing(spot: Spot) -> dict[str, Any]:
    """A thing with its datastreams; its place as GeoJSON (RFC 7946), as exact as the terms say."""
    return {
        "id": spot.thing_id,
        "name": spot.name,
        "description": spot.description,
        "dataset": spot.holding_key,
        "owner": spot.owner_name,
        "place_name": spot.place_name,
        "location": point(spot),
        "grid_m": spot.grid_m,
        "datastreams": [datastream(one, spot) for one in spot.streams],
    }


def point(spot: Spot) -> dict[str, Any] | None:
    """A GeoJSON point, None where none is known."""
    if spot.longitude is None or spot.latitude is None:
        return None
    return {"type": "Point", "coordinates": [spot.longitude, spot.latitude]}


def datastream(one: Stream, spot: Spot) -> dict[str, Any]:
    """A datastream as its reader may know it."""
    return {
        "id": one.id,
        "name": one.name,
        "description": one.description,
        "dataset": spot.holding_key,
        "thing": spot.thing_id,
        "measurand": one.measurand_name,
        "definition": one.definition,
        "unit": {"name": one.unit_name, "symbol": one.unit_symbol, "definition": one.unit_definition},
        "kind": one.kind,
        "sensor": one.sensor,
        "observation_type": one.observation_type,
        "expected_interval_s": one.expected_interval_s,
        "statistics": [one.statistic] if one.statistic else [name for name in one.statistics if name],
    }


def latest(one: Latest) -> dict[str, Any]:
    """The latest value of one series."""
    return {
        "datastream": one.datastream_id,
        "statistic": one.statistic,
        "time": one.time,
        "end": one.time + timedelta(seconds=one.span) if one.span else None,
        "result": one.result,
        "suppressed": one.suppressed,
    }


def series(one: Series) -> dict[str, Any]:
    """One line of a chart as parallel arrays; times in milliseconds since 1970 UTC, null for what is suppressed."""
    return {
        "datastream": one.datastream_id,
        "statistic": one.statistic,
        "name": one.name,
        "unit": one.unit_symbol,
        "step_s": one.step // 1_000_000,
        "expected_s": one.expected // 1_000_000,
        "time_ms": one.time // 1_000,
        "min": one.least,
        "mean": one.mean,
        "max": one.most,
        "count": one.count,
        "suppressed": one.suppressed,
    }


def moments(micros: npt.NDArray[np.int64]) -> list[str]:
    """Times in µs as RFC 3339 in UTC, without a fraction where every one is whole seconds."""
    whole = not (micros % 1_000_000).any()
    times = micros.astype("datetime64[us]")
    texts = np.datetime_as_string(times, unit="s" if whole else "us")
    return [f"{text}Z" for text in texts.tolist()]


def observations(chunk: Chunk) -> list[dict[str, Any]]:
    """Rows as objects; ``extra`` only where a row carries more than a number."""
    times = moments(chunk.time)
    ends = moments(chunk.time + chunk.span.astype(np.int64) * 1_000_000)
    known = zip(chunk.result.tolist(), np.isnan(chunk.result).tolist(), strict=True)
    results = [None if null else value for value, null in known]
    rows = zip(
        chunk.datastream.tolist(), chunk.statistic.tolist(), times, ends, chunk.span.tolist(), results,
        chunk.suppressed.tolist(), strict=True,
    )  # fmt: skip
    told = [
        {
            "datastream": datastream,
            "statistic": STATISTICS[statistic],
            "time": time,
            "end": end if span else None,
            "result": result,
            "suppressed": suppressed,
        }
        for datastream, statistic, time, end, span, result, suppressed in rows
    ]
    for row, text in chunk.extra.items():
        told[row]["extra"] = text
    return told


def agreement(one: Entry) -> dict[str, Any]:
    """A line of the sharing register."""
    return {
        "uid": one.uid,
        "direction": "given" if one.given else "received",
        "partner": {"did": one.partner_did, "name": one.partner},
        "dataset": one.dataset,
        "title": one.title,
        "purpose": one.purpose,
        "since": one.since,
        "until": one.until,
        "state": one.state,
        "ended_at": one.ended_at,
        "pages": one.pages,
        "rows": one.rows,
        "last_page_at": one.last_page_at,
        "deletion_proven": one.receipt_verified,
        "deletion_proven_at": one.receipt_at,
        "deletion_overdue": one.receipt_overdue,
        "terms_in_words": {
            "de": [_sentence(item) for item in one.sentences_de],
            "en": [_sentence(item) for item in one.sentences_en],
        },
    }


def measurand(one: Measurand) -> dict[str, Any]:
    """The same quantity across cities."""
    return {
        "key": one.key,
        "name": one.name,
        "definition": one.definition,
        "unit": one.unit_symbol,
        "cities": one.cities,
        "parts": [_part(part) for part in one.parts],
    }


def seconds(duration: timedelta | None) -> float | None:
    """A duration in seconds."""
    return None if duration is None else duration.total_seconds()


def _part(part: Part) -> dict[str, Any]:
    return {
        "dataset": part.holding_key,
        "owner": {"did": part.owner_did, "name": part.owner_name},
        "replica": part.is_replica,
        "datastreams": list(part.datastream_ids),
        "unit": part.unit_symbol,
        "statistics": [name for name in part.statistics if name],
    }


def _source(one: Holding) -> dict[str, Any] | None:
    source = one.source
    if source is None:
        return None
    return {
        "uid": source.agreement_uid,
        "purpose": source.purpose,
        "signed_at": source.signed_at,
        "expires_at": source.expires_at,
        "retention_s": seconds(source.retention),
        "as_of": source.as_of,
    }


def _sentence(one: Sentence) -> dict[str, str]:
    return {"clause": one.clause, "text": one.text, "strength": one.strength}
