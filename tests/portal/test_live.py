"""One tiny answer for all viewers of the courtyard: made seldom, told apart by its ETag, shown within its age."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.catalogue import services as catalogue
from apps.catalogue.models import TermsVersion
from apps.portal import live
from tests.holdings import city

NOW = "portal-lab-now"


def test_viewers_share_one_answer_until_it_is_old(
    client: Client, made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[int] = []

    def read() -> list[Any]:
        times.append(1)
        return []

    monkeypatch.setattr(live, "read", read)
    for _viewer in range(50):
        assert client.get(reverse(NOW)).status_code == 200
    assert len(times) <= 2
    live.forget()
    client.get(reverse(NOW))
    assert len(times) >= 2


def test_an_unchanged_answer_is_not_sent_again(client: Client, made: dict[str, Any]) -> None:
    first = client.get(reverse(NOW))
    again = client.get(reverse(NOW), headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "no-cache"
    assert first.cookies == {}
    city.record(made["stream"], {700.0: 33.5})
    live.forget()
    fresh = client.get(reverse(NOW), headers={"If-None-Match": first["ETag"]})
    assert fresh.json()["values"][0]["value"] == 33.5
    assert fresh["ETag"] != first["ETag"]


def test_a_sensor_whose_dataset_is_taken_back_disappears_at_once(client: Client, made: dict[str, Any]) -> None:
    assert len(client.get(reverse(NOW)).json()["values"]) == 1
    version = TermsVersion.objects.get(dataset__identifier="luft-1")
    catalogue.withdraw_release(version=version, user=city.person("umwelt-owner"))
    live.forget()
    assert client.get(reverse(NOW)).json()["values"] == []


def test_whoever_comes_while_it_is_made_gets_the_one_before(
    made: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = live.answer()
    monkeypatch.setattr(live, "LASTS_SECONDS", 0.0)
    with live._lock:
        found: list[live.Answer] = []
        other = threading.Thread(target=lambda: found.append(live.answer()))
        other.start()
        other.join(5)
    assert found == [before]


@pytest.mark.django_db
def test_a_node_without_chosen_sensors_has_an_empty_answer(client: Client) -> None:
    assert client.get(reverse(NOW)).json() == {"values": []}
