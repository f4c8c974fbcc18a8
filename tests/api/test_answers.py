"""What all answers keep: problem details, ETags, CORS, throttles, cursors that lead through everything once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings
from redis.exceptions import RedisError

from tests.api import shelf
from tests.holdings import city
from tests.holdings.city import PUBLIC


@pytest.mark.parametrize(
    ("address", "part"),
    [
        ("/api/v1/datasets?nonsense=1", "nonsense"),
        ("/api/v1/datasets?limit=0", "limit"),
        ("/api/v1/datasets?limit=1e9", "limit"),
        ("/api/v1/datasets?limit=²", "limit"),
        ("/api/v1/datasets?q=a&q=b", "q"),
        ("/api/v1/datasets?cursor=%ff", "cursor"),
        ("/api/v1/datasets?cursor=eA", "cursor"),
        ("/api/v1/datasets?q=%00", "q"),
        ("/api/v1/things?bbox=1,2,3", "bbox"),
        ("/api/v1/things?bbox=9,2,3,4", "bbox"),
        ("/api/v1/things?bbox=nan,nan,nan,nan", "bbox"),
        ("/api/v1/agreements?state=odd", "state"),
        ("/api/v1/datasets/open/observations?start=yesterday", "start"),
        ("/api/v1/datasets/open/observations?start=2026-03-02&end=2026-03-01", "end"),
        ("/api/v1/datasets/open/observations?cursor=MS54", "cursor"),
        ("/api/v1/datasets/open/observations?datastream=1,x", "datastream"),
        ("/api/v1/datasets/open/observations?datastream=99999999999", "datastream"),
        ("/api/v1/datasets/open/series?points=5001", "points"),
        ("/datasets/open/download.csv?end=2026-13-01", "end"),
        ("/datasets/open/download.csv?latest=true", "latest"),
        ("/datasets/open/download.geojson?latest=perhaps", "latest"),
        ("/datasets/open/feed.atom?x=1", "x"),
        ("/api/v1/schema?format=odd", "format"),
    ],
)
def test_bad_input_is_answered_with_the_part_at_fault(address: str, part: str, sets: dict[str, int]) -> None:
    answer = shelf.ask(address)
    told = orjson.loads(shelf.body(answer))
    assert (answer.status_code, told["status"], told["part"]) == (400, 400, part)
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "address", ["/api/v1/nothing", "/api/v1", "/api/v1/datastreams/0", "/datasets/open/download.exe"]
)
def test_what_is_not_there_is_a_problem_too(address: str, sets: dict[str, int]) -> None:
    answer = shelf.ask(address)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


def test_who_has_the_answer_already_gets_none_again(sets: dict[str, int]) -> None:
    for address in ("/api/v1/datasets/hourly/latest", "/datasets/open/download.csv", "/datasets/open/feed.atom"):
        etag = shelf.ask(address)["ETag"]
        again = shelf.ask(address, If_None_Match=etag)
        assert (again.status_code, shelf.body(again)) == (304, b"")
    city.record(sets["open"], {700.0: 1.0})
    assert shelf.ask("/datasets/open/download.csv", If_None_Match=etag).status_code == 200


def test_pages_of_other_origins_may_read_without_cookies(sets: dict[str, int]) -> None:
    for address in ("/api/v1/datasets", "/api/v1/nothing", "/datasets/open/download.json"):
        asked = Client().options(address, headers={"Origin": "https://example.org"})
        assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, "*")
        answer = shelf.ask(address, Origin="https://example.org")
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in answer


def test_too_many_calls_are_told_to_wait_and_a_token_may_ask_more(sets: dict[str, int], settings: Settings) -> None:
    settings.NODE = settings.NODE.model_copy(update={"api_calls_per_minute": 6})
    secret = shelf.token_for(city.person("umwelt-steward"))
    assert shelf.ask("/datasets/open/download.csv").status_code == 200
    assert shelf.ask("/api/v1/status").status_code == 200
    refused = shelf.ask("/api/v1/status")
    assert (refused.status_code, refused["Retry-After"]) == (429, "60")
    assert orjson.loads(shelf.body(refused))["code"] == "throttled"
    assert shelf.ask("/api/v1/status", token=secret).status_code == 200


def test_where_calls_cannot_be_counted_everybody_may_ask(sets: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_args: Any, **_kwargs: Any) -> None:
        raise RedisError("no answer")

    for name in ("add", "incr", "get_or_set"):
        monkeypatch.setattr(cache, name, gone, raising=False)
    assert shelf.ask("/api/v1/status").status_code == 200


@pytest.mark.parametrize(
    "address", ["/api/v1/datasets", "/api/v1/things", "/api/v1/datastreams", "/api/v1/agreements", "/api/v1/measurands"]
)
def test_following_next_leads_through_everything_once(address: str, sets: dict[str, int]) -> None:
    for number in range(5):
        city.dataset(f"more-{number}", [city.own(f"more-{number}", observed=f"Property {number}")], PUBLIC)
    whole = shelf.read(f"{address}?limit=100")
    found, following = [], f"{address}?limit=2"
    while following:
        part = shelf.read(following)
        assert len(part["results"]) <= 2
        found += part["results"]
        parts = urlsplit(part["next"] or "")
        following = f"{parts.path}?{parts.query}" if part["next"] else ""
    assert found == whole["results"]
    assert whole["total"] == len(found) > 4 or address.endswith("agreements")


def test_searching_keeps_its_order_from_page_to_page(sets: dict[str, int]) -> None:
    whole = [one["key"] for one in shelf.read("/api/v1/datasets?q=datensatz")["results"]]
    first = shelf.read("/api/v1/datasets?q=datensatz&limit=1")
    parts = urlsplit(first["next"])
    second = shelf.read(f"{parts.path}?{parts.query}")
    assert [first["results"][0]["key"], second["results"][0]["key"]] == whole[:2]


@pytest.mark.parametrize(
    ("address", "most"),
    [
        ("/api/v1/datasets", 8),
        ("/api/v1/datasets?q=datensatz", 10),
        ("/api/v1/datasets/open/series", 12),
        ("/api/v1/things", 9),
        ("/api/v1/agreements", 8),
    ],
)
def test_questions_cost_few_queries(
    address: str, most: int, sets: dict[str, int], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(most):
        shelf.read(address)


def test_the_documentation_page_needs_no_script_and_nobody_else(sets: dict[str, int]) -> None:
    page = shelf.ask("/api/v1/docs", Accept_Language="de").getvalue().decode()
    assert "/api/v1/datasets/{key}/series" in page
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "<script" not in main
    assert "://" not in main
