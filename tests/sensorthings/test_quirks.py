"""What clients rely on beyond the letter of the standard."""

from __future__ import annotations

import pytest
from django.core.signals import request_finished

from tests.sensorthings.city import City


@pytest.mark.parametrize(
    "query",
    [
        "%24filter=name%20eq%20%27Mast%27",
        "$filter=name+eq+'Mast'",
        "$filter=name eq 'Mast'&unrelated=1",
        "$filter=name%20eq%20'Mast'&$orderby=name%20ASC",
    ],
)
def test_quirk_options_come_in_many_spellings(city: City, query: str) -> None:
    response = city.client.get(f"/sta/v1.1/Things?{query}")
    assert [one["name"] for one in response.json()["value"]] == ["Mast"]


def test_quirk_a_plus_that_nobody_encoded_is_an_offset(city: City) -> None:
    query = "$filter=phenomenonTime eq 2026-01-01T02:00:00+01:00"
    response = city.client.get(f"/sta/v1.1/Datastreams({city.streams['mast/air']})/Observations?{query}")
    assert [one["result"] for one in response.json()["value"]] == [21.0]


def test_head_and_options_and_unknown_methods(city: City) -> None:
    head = city.client.head("/sta/v1.1/Things")
    assert (head.status_code, head.content) == (200, b"")
    assert head["Content-Type"].startswith("application/json")
    assert "GET" in city.client.options("/sta/v1.1/Things")["Allow"]
    assert city.client.generic("TRACE", "/sta/v1.1/Things").status_code == 405


def test_head_of_what_would_be_streamed_is_empty_and_ends_once(city: City) -> None:
    ends: list[object] = []

    def note(**_details: object) -> None:
        ends.append(None)

    request_finished.connect(note)
    try:
        head = city.client.head("/sta/v1.1/Observations?$resultFormat=CSV")
        assert ends == [], "whoever ends a request in its middle may take the database away from under it"
        assert (head.status_code, head.getvalue()) == (200, b"")
        assert len(ends) == 1
    finally:
        request_finished.disconnect(note)
