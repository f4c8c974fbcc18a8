"""The ledgers of two cities: each whole from its first entry, each seen and cosigned by the other."""

from __future__ import annotations

from functools import partial

import pytest

from tests.nodes.region import BIELEFELD, DETMOLD, MIDNIGHT, RAW, Region

pytestmark = [pytest.mark.xdist_group("nodes"), pytest.mark.timeout(900)]


def test_the_ledgers_of_both_cities_verify_and_witness_each_other(region: Region) -> None:
    slug, key = region.share(RAW)
    region.record(f"{key}/t", {MIDNIGHT: 1.0})
    region.agree(slug)
    region.caught_up(slug)
    before = {city: region.ask(city, "ledger") for city in (BIELEFELD, DETMOLD)}
    for city, witness in ((BIELEFELD, DETMOLD), (DETMOLD, BIELEFELD)):
        name, entries = before[witness]["did"], before[city]["entries"]
        reached = partial(_has_cosigned, region, city, name, entries)
        region.until(reached, f"{witness} cosigns all that {city} had written")
    told = {city: region.ask(city, "ledger") for city in (BIELEFELD, DETMOLD)}
    assert [ledger["ok"] for ledger in told.values()] == [True, True]
    assert {"release", "offer", "grant", "page-disclosed"} <= set(told[BIELEFELD]["kinds"])
    assert {"grant", "page-received"} <= set(told[DETMOLD]["kinds"])


def _has_cosigned(region: Region, city: str, witness: str, entries: int) -> bool:
    """Whether the witness has cosigned a head of the city's ledger that covers these entries."""
    return bool(region.ask(city, "ledger")["cosigned"].get(witness, 0) >= entries)
