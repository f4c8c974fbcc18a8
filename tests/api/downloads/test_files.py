"""Files: every format holds the same rows, nothing runs in a spreadsheet, sizes are told, memory stays bounded."""

from __future__ import annotations

import csv
import io
import os
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import orjson
import pyarrow.parquet as pq
import pytest
from django.db import connection
from django.test import Client

from apps.api.downloads import text
from apps.api.views import files
from apps.sensors import services as sensors
from apps.sensors.types import Readings, micros
from tests.api import shelf
from tests.holdings import city
from tests.holdings.city import DAY, PUBLIC

Row = tuple[int, str, str, float | None, bool]


def of_csv(data: bytes) -> list[Row]:
    """The rows of a CSV file."""
    rows = csv.DictReader(io.StringIO(data.decode(), newline=""))
    return [
        (int(row["datastream"]), row["statistic"], row["time"], float(row["result"]) if row["result"] else None,
         row["status"] == "suppressed")
        for row in rows
    ]  # fmt: skip


def of_json(data: bytes) -> list[Row]:
    """The rows of a JSON file."""
    return [_row(row) for row in orjson.loads(data)["observations"]]


def of_geojson(data: bytes) -> list[Row]:
    """The rows of a GeoJSON file."""
    return [_row(feature["properties"]) for feature in orjson.loads(data)["features"]]


def of_parquet(data: bytes) -> list[Row]:
    """The rows of a Parquet file."""
    table = pq.read_table(io.BytesIO(data)).to_pylist()
    return [
        (
            row["datastream"],
            row["statistic"],
            row["time"].strftime("%Y-%m-%dT%H:%M:%SZ"),
            row["result"],
            row["suppressed"],
        )
        for row in table
    ]


def _row(row: dict[str, Any]) -> Row:
    return row["datastream"], row["statistic"], row["time"], row["result"], row["suppressed"]


MOST_KIB = 60_000
"""Two pieces of 20,000 rows as Python objects; all 200,000 rows of one format at once would be several times that."""
MEASURING = "import django; django.setup(); from tests.api.downloads.measuring import main; main()"
READERS = {"csv": of_csv, "json": of_json, "geojson": of_geojson, "parquet": of_parquet}


@pytest.mark.parametrize("key", ["open", "hourly", "given~herford.example"])
def test_every_format_holds_the_same_rows_streamed_or_not(
    key: str, sets: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [_row(row) for row in shelf.read(f"/api/v1/datasets/{key}/observations?limit=10000")["results"]]
    for chunk in (20_000, 5):
        monkeypatch.setattr(files, "AT_ONCE", chunk)
        for format, reader in READERS.items():
            answer = shelf.ask(f"/datasets/{key}/download.{format}")
            assert answer.streaming == (chunk == 5 and len(whole) > 5)
            assert reader(shelf.body(answer)) == whole, (format, chunk)


@pytest.mark.parametrize("format", READERS)
def test_a_file_tells_its_name_size_licence_and_where_its_terms_stand(format: str, sets: dict[str, int]) -> None:
    answer = shelf.ask(f"/datasets/open/download.{format}")
    data = shelf.body(answer)
    assert answer["Content-Disposition"] == f'attachment; filename="open.{format}"'
    assert int(answer["Content-Length"]) == len(data)
    assert answer["X-Estimated-Rows"] == "120"
    assert int(answer["X-Estimated-Bytes"]) > 0
    assert '/api/v1/datasets/open>; rel="describedby"' in answer["Link"]
    assert '<https://www.govdata.de/dl-de/by-2-0>; rel="license"' in answer["Link"]


def test_an_empty_dataset_is_an_empty_file_of_each_kind(db: None) -> None:
    city.dataset("empty", [city.own("empty")], PUBLIC)
    for format, reader in READERS.items():
        assert reader(shelf.body(shelf.ask(f"/datasets/empty/download.{format}"))) == []


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", '=HYPERLINK("http://x","y")', "\r=1"])
def test_no_cell_of_text_is_a_formula(evil: str, db: None) -> None:
    stream = city.own("evil", name=evil)
    city.record(stream, {0.0: -1.5})
    city.dataset("evil", [stream], PUBLIC)
    (row,) = csv.DictReader(io.StringIO(shelf.body(shelf.ask("/datasets/evil/download.csv")).decode(), newline=""))
    assert row["name"] == f"'{evil}"
    assert row["result"] == "-1.5"


def test_harmless_texts_stay_as_they_are() -> None:
    assert [text.harmless(cell) for cell in ("°C", "1=1", "", "Süd-Ost", "'")] == ["°C", "1=1", "", "Süd-Ost", "'"]


def test_parquet_and_json_say_what_they_are(sets: dict[str, int]) -> None:
    table = pq.read_table(io.BytesIO(shelf.body(shelf.ask("/datasets/hourly/download.parquet"))))
    told = orjson.loads(table.schema.metadata[b"owl:dataset"])
    assert (told["key"], told["terms"]["suppress_below"]) == ("hourly", 3)
    assert orjson.loads(shelf.body(shelf.ask("/datasets/hourly/download.json")))["dataset"]["licence"]


def test_the_map_of_now_has_one_feature_a_series(sets: dict[str, int]) -> None:
    told = orjson.loads(shelf.body(shelf.ask("/datasets/hourly/download.geojson?latest=true")))
    assert [feature["properties"]["statistic"] for feature in told["features"]] == ["count", "sum"]
    assert told["features"][0]["geometry"]["type"] == "Point"


def test_a_head_tells_the_size_and_sends_nothing(sets: dict[str, int]) -> None:
    answer = Client().head("/datasets/open/download.csv")
    assert (answer.status_code, answer["X-Estimated-Rows"], answer.content) == (200, "120", b"")


@pytest.mark.django_db(transaction=True)
def test_a_large_file_is_made_in_bounded_memory() -> None:
    for key, rows in (("small", 1), ("large", 200_000)):
        stream = city.own(key)
        times, values = micros(DAY) + np.arange(rows) * 10_000_000, np.arange(rows) % 97
        readings = Readings.build(datastream=np.full(rows, stream), time=times, result=values)
        sensors.record(readings=readings, source="test", at=DAY)
        city.dataset(key, [stream], PUBLIC)
    told = _measured("small", "large")
    assert told["grown_kib"] < MOST_KIB
    for format, (size, estimated) in told["sizes"].items():
        assert estimated / 3 < size < estimated * 3, format


def _measured(*keys: str) -> dict[str, Any]:
    """What a process of its own says that loads both datasets in every format: no other test was in its memory."""
    url = urlsplit(os.environ["DATABASE_URL"])
    env = os.environ | {"DATABASE_URL": url._replace(path=f"/{connection.settings_dict['NAME']}").geturl()}
    command = [sys.executable, "-c", MEASURING, *keys, *READERS]
    told = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)
    assert told.returncode == 0, told.stderr
    measured: dict[str, Any] = orjson.loads(told.stdout)
    return measured
