"""Every address × every reader: default deny, one answer for what is hidden and what is not there."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.types import UserKind
from apps.catalogue import selectors as catalogue
from tests.api import shelf
from tests.holdings import city

EVERYBODY = {"open", "hourly", "given~herford.example"}
SEEN = {
    "anybody": EVERYBODY,
    "stranger": EVERYBODY,
    "service": EVERYBODY,
    "peer": EVERYBODY,
    "service with a right": EVERYBODY | {"internal"},
    "member of the department": {"open", "hourly", "peers", "internal", "draft", "given~herford.example"},
    "staff": {"open", "hourly", "peers", "internal", "draft", "given~herford.example", "shared~herford.example"},
}
ALL = {"open", "hourly", "peers", "internal", "draft", "given~herford.example", "shared~herford.example"}
FILES = ("csv", "json", "geojson", "parquet")


@pytest.fixture
def readers(sets: dict[str, int]) -> dict[str, dict[str, Any]]:
    """How each of them asks: by token or by session."""
    member = city.person("member")
    department = city.department()
    member.groups.add(department.group)
    services = {}
    for name in ("service", "service with a right"):
        services[name] = accounts.create_principal(kind=UserKind.SERVICE, name=name)
    internal = catalogue.find("internal")
    assert internal is not None
    accounts.grant(principal=services["service with a right"], permission="catalogue.view_dataset", object=internal)
    return {
        "anybody": {},
        "stranger": {"client": shelf.signed_in(city.person("stranger"))},
        "member of the department": {"client": shelf.signed_in(member)},
        "staff": {"client": shelf.signed_in(city.person("umwelt-steward"))},
        "peer": {"token": shelf.token_for(city.peer().user)},
        **{name: {"token": shelf.token_for(user)} for name, user in services.items()},
    }


def test_lists_hold_exactly_what_the_reader_may_see(readers: dict[str, dict[str, Any]]) -> None:
    for who, how in readers.items():
        for address, field in (("datasets", "key"), ("things", "dataset"), ("datastreams", "dataset")):
            assert {one[field] for one in shelf.read(f"/api/v1/{address}", **how)["results"]} == SEEN[who], (
                who,
                address,
            )
        parts = [part for one in shelf.read("/api/v1/measurands", **how)["results"] for part in one["parts"]]
        assert {part["dataset"] for part in parts} == SEEN[who], who
        status = shelf.read("/api/v1/status", **how)
        assert status["datasets"] + status["replicas"] == len(SEEN[who]), who


def test_every_address_of_a_dataset_opens_to_those_alone_who_may_see_it(readers: dict[str, dict[str, Any]]) -> None:
    for who, how in readers.items():
        hidden = []
        for key in [*sorted(ALL), "nothing", "no~thing"]:
            addresses = [f"/api/v1/datasets/{key}{part}" for part in ("", "/observations", "/series", "/latest")]
            addresses += [f"/api/v1/things?dataset={key}", f"/datasets/{key}/download.csv"]
            found = [shelf.ask(address, **how) for address in addresses]
            statuses = {answer.status_code for answer in found}
            assert statuses == ({200} if key in SEEN[who] else {404}), (who, key)
            hidden += [shelf.body(answer) for answer in found if answer.status_code == 404]
        assert len(set(hidden)) <= 1, who


def test_every_format_asks_the_same_question(readers: dict[str, dict[str, Any]]) -> None:
    for format in FILES:
        for who, how in readers.items():
            status = shelf.ask(f"/datasets/internal/download.{format}", **how).status_code
            assert status == (200 if "internal" in SEEN[who] else 404), (who, format)


def test_a_single_datastream_opens_only_through_a_dataset_one_may_see(
    readers: dict[str, dict[str, Any]], sets: dict[str, int]
) -> None:
    for who, how in readers.items():
        found = {key for key, pk in sets.items() if shelf.ask(f"/api/v1/datastreams/{pk}", **how).status_code == 200}
        assert found == SEEN[who], who
        others = ",".join(str(pk) for key, pk in sets.items() if key != "open")
        assert shelf.ask(f"/api/v1/datasets/open/series?datastream={others}", **how).status_code == 404


def test_a_token_opens_no_more_than_its_user_may_and_only_with_the_scope(sets: dict[str, int]) -> None:
    steward: User = city.person("umwelt-steward")
    assert shelf.ask("/api/v1/datasets/draft", token=shelf.token_for(steward)).status_code == 200
    refused = shelf.ask("/api/v1/datasets/open", token=shelf.token_for(steward, "ingest:write"))
    assert (refused.status_code, orjson.loads(shelf.body(refused))["code"]) == (403, "missing-scope")
    for secret in ("owl_0000000000_" + "x" * 43, "nonsense"):
        unknown = shelf.ask("/datasets/open/download.csv", token=secret)
        assert (unknown.status_code, unknown["WWW-Authenticate"]) == (401, 'Bearer realm="api"')
    assert shelf.ask("/api/v1/status", Authorization="Basic eDp5").status_code == 401


def test_what_a_person_sees_is_kept_by_no_cache_and_what_all_see_is(readers: dict[str, dict[str, Any]]) -> None:
    for who, how in readers.items():
        for address in ("/api/v1/status", "/datasets/open/feed.atom"):
            told = shelf.ask(address, **how)["Cache-Control"]
            assert ("public" in told) == (who == "anybody"), who
            assert ("no-store" in told) == (who != "anybody"), who


def test_the_sharing_register_is_the_same_for_everybody(readers: dict[str, dict[str, Any]]) -> None:
    seen = {str(shelf.read("/api/v1/agreements", **how)) for how in readers.values()}
    assert len(seen) == 1


def test_nothing_can_be_written(sets: dict[str, int]) -> None:
    client = Client()
    for method in ("post", "put", "patch", "delete"):
        for address in ("/api/v1/datasets", "/api/v1/datasets/open", "/datasets/open/download.csv"):
            answer = getattr(client, method)(address)
            assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")
