"""Atom: valid, stable names, tells of terms, days and the end."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from apps.catalogue import selectors as catalogue_read
from apps.catalogue import services as catalogue
from tests.api import shelf
from tests.holdings import city

ATOM = "{http://www.w3.org/2005/Atom}"


def entries(key: str) -> list[str]:
    """The names of the entries, the latest first."""
    root = ET.fromstring(shelf.body(shelf.ask(f"/datasets/{key}/feed.atom")))  # noqa: S314 - our own feed
    assert root.find(f"{ATOM}id") is not None
    assert root.find(f"{ATOM}updated") is not None
    return [str(entry.findtext(f"{ATOM}id")).partition("#dataset:")[2] for entry in root.findall(f"{ATOM}entry")]


def test_it_tells_of_terms_and_of_days_with_data(sets: dict[str, int]) -> None:
    assert entries("open") == ["open:data:2026-03-10", "open:released:1"]
    assert entries("hourly") == ["hourly:data:2026-03-10", "hourly:released:1"]


def test_it_tells_of_the_withdrawal_and_then_no_day_any_more(sets: dict[str, int]) -> None:
    dataset = catalogue_read.find("open")
    assert dataset is not None
    version = catalogue_read.released(dataset)
    assert version is not None
    catalogue.withdraw_release(version=version, user=city.person("umwelt-owner"))
    assert entries("open") == ["open:withdrawn:1", "open:released:1"]


def test_it_is_the_same_for_staff_and_silent_about_what_is_not_public(sets: dict[str, int]) -> None:
    steward = shelf.signed_in(city.person("umwelt-steward"))
    same = [shelf.body(shelf.ask("/datasets/open/feed.atom", client=client)) for client in (None, steward)]
    assert same[0] == same[1]
    for key in ("peers", "draft", "nothing", "shared~herford.example"):
        assert shelf.ask(f"/datasets/{key}/feed.atom", client=steward).status_code == 404
