"""The address that the documentation gives for Grafana's Infinity plugin is answered with the columns it names.

Grafana puts times for its macros; the plugin, written in Go, parses the query and writes it anew: names sorted, a space
as ``+``, everything else but letters, digits and ``-_.~`` as ``%XX``.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.sensorthings.city import City

ROOT = Path(__file__).parents[3]
WHOLE = ("2026-01-01T00:00:00.000Z", "2026-01-01T02:30:00.000Z")
EMPTY = ("2026-11-01T00:00:00.000Z", "2026-11-01T06:00:00.000Z")


def documented() -> str:
    """The address as ``docs/sensorthings.md`` has it, macros included."""
    text = (ROOT / "docs" / "sensorthings.md").read_text(encoding="utf-8")
    (found,) = re.findall(r"`(/sta/v1\.1/[^`]*\$\{__from[^`]*)`", text)
    return str(found)


def ask(city: City, span: tuple[str, str]) -> Any:
    """The answer over this time, for the city's air."""
    address = documented().replace("Datastreams(1)", f"Datastreams({city.streams['mast/air']})")
    path, _mark, query = address.partition("?")
    for macro, moment in zip(("${__from:date:iso}", "${__to:date:iso}"), span, strict=True):
        assert macro in query
        query = query.replace(macro, moment)
    assert ";" not in query  # at which Go drops a part of the query
    response = city.client.get(f"{path}?{urlencode(sorted(parse_qsl(query)))}")
    assert response.status_code == 200, response.getvalue()
    assert response["Content-Type"].startswith("application/json")
    return json.loads(response.getvalue())


def test_rows_have_the_documented_columns_in_the_order_of_time(city: City) -> None:
    assert ask(city, WHOLE) == {
        "value": [
            {"phenomenonTime": "2026-01-01T00:00:00Z", "result": 20.5},
            {"phenomenonTime": "2026-01-01T01:00:00Z", "result": 21.0},
            {"phenomenonTime": "2026-01-01T02:00:00Z", "result": -3.25},
        ]
    }


def test_a_time_without_rows_is_an_empty_list(city: City) -> None:
    assert ask(city, EMPTY) == {"value": []}


def test_the_token_of_the_data_source_is_understood(city: City) -> None:
    hidden = f"/sta/v1.1/Datastreams({city.streams['mast/hidden']})/Observations"

    assert city.client.get(hidden).status_code == 404
    headers = {"Authorization": f"Bearer {city.token('root')}"}
    assert city.client.get(hidden, headers=headers).json()["value"][0]["result"] == 666.0
