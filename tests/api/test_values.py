"""Values over HTTP: as late and as coarse as the terms say; suppressed is neither zero nor missing."""

from __future__ import annotations

from urllib.parse import urlsplit

from tests.api import shelf
from tests.holdings import city


def test_rows_say_which_statistic_of_which_interval_they_are(sets: dict[str, int]) -> None:
    rows = shelf.read("/api/v1/datasets/hourly/observations")["results"]
    assert rows[0] == {
        "datastream": sets["hourly"], "statistic": "count", "time": "2026-03-10T00:00:00Z",
        "end": "2026-03-10T01:00:00Z", "result": 12.0, "suppressed": False,
    }  # fmt: skip
    assert {row["statistic"] for row in rows} == {"count", "sum"}
    raw = shelf.read("/api/v1/datasets/open/observations?limit=3")["results"]
    assert [(row["result"], row["end"], row["statistic"]) for row in raw] == [
        (0.0, None, ""),
        (5.0, None, ""),
        (3.0, None, ""),
    ]


def test_pages_of_rows_lead_through_all_of_them_once(sets: dict[str, int]) -> None:
    for key in ("open", "hourly"):
        whole = shelf.read(f"/api/v1/datasets/{key}/observations?limit=10000")["results"]
        found, following = [], f"/api/v1/datasets/{key}/observations?limit=7"
        while following:
            part = shelf.read(following)
            found += part["results"]
            parts = urlsplit(part["next"] or "")
            following = f"{parts.path}?{parts.query}" if part["next"] else ""
        assert found == whole
        assert whole


def test_a_suppressed_value_is_marked_and_has_no_number(sets: dict[str, int]) -> None:
    key = "given~herford.example"
    rows = shelf.read(f"/api/v1/datasets/{key}/observations")["results"]
    assert [(row["result"], row["suppressed"]) for row in rows] == [(5.0, False), (None, True)]
    (latest,) = shelf.read(f"/api/v1/datasets/{key}/latest")["results"]
    assert (latest["result"], latest["suppressed"]) == (None, True)
    (line,) = shelf.read(f"/api/v1/datasets/{key}/series")["results"]
    assert (line["mean"], line["suppressed"]) == ([5.0, None], [0, 1])


def test_what_is_no_number_comes_along_as_it_is(sets: dict[str, int]) -> None:
    city.record(sets["open"], {700.0: None}, extra={700.0: '{"result":"closed"}'})
    rows = shelf.read("/api/v1/datasets/open/observations?start=2026-03-10T11:00:00Z")["results"]
    assert [(row["result"], row["extra"]) for row in rows] == [(None, '{"result":"closed"}')]


def test_a_chart_has_at_most_the_points_asked_for(sets: dict[str, int]) -> None:
    (line,) = shelf.read("/api/v1/datasets/open/series?points=10")["results"]
    assert len(line["time_ms"]) == len(line["max"]) <= 10
    assert max(line["max"]) == 6.0


def test_a_box_holds_what_lies_in_it(sets: dict[str, int]) -> None:
    assert shelf.read("/api/v1/things?bbox=8,52,9,53")["total"] == 3
    assert shelf.read("/api/v1/things?bbox=9,52,10,53")["total"] == 0
    (thing,) = shelf.read("/api/v1/things?dataset=hourly")["results"]
    assert (thing["grid_m"], thing["place_name"], thing["description"]) == (100, "", "")
