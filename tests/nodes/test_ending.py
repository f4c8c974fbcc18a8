"""Journeys of endings: what is taken back is refused at once, deleted there, and proven to be."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.nodes.region import BIELEFELD, DETMOLD, MIDNIGHT, NAMES, PAGE_ROWS, RAW, Region

pytestmark = [pytest.mark.xdist_group("nodes"), pytest.mark.timeout(900)]


def test_a_withdrawal_between_two_pages_stops_the_rest_and_the_copy_is_proven_gone(region: Region) -> None:
    slug, key = region.share(RAW)
    pages = 60
    rows = {MIDNIGHT + timedelta(seconds=index): float(index) for index in range(pages * PAGE_ROWS)}
    region.record(f"{key}/t", rows)
    region.ask(DETMOLD, "request", slug=slug, owner=NAMES[BIELEFELD])
    region.until(lambda: region.replica(slug)["pages"] > 0, "the first page is there")
    replica = region.replica(slug)
    region.ask(BIELEFELD, "withdraw", uid=replica["uid"])
    assert region.ask(DETMOLD, "page", owner=NAMES[BIELEFELD], uid=replica["uid"])["status"] in {404, 410}
    gone, receipt = _proven(region, replica)
    assert gone["state"] == receipt["kind"] == "withdrawn"
    given = region.ask(BIELEFELD, "disclosed", uid=replica["uid"])
    assert 0 < given["pages"] < pages, "it was in the middle"
    assert 0 < receipt["rows_before"] <= given["rows"], "the copy held nothing that was not entered as disclosed"


def test_an_agreement_that_expires_is_refused_and_its_copy_proven_gone(region: Region) -> None:
    slug, key = region.share(RAW | {"valid_for": "PT20S"})
    region.record(f"{key}/t", {MIDNIGHT: 1.0})
    region.ask(DETMOLD, "request", slug=slug, owner=NAMES[BIELEFELD])
    region.until(lambda: region.replica(slug)["rows"] == 1, "the copy is there while the agreement lasts")
    replica = region.replica(slug)
    gone, receipt = _proven(region, replica)
    assert gone["state"] == receipt["kind"] == "expired"
    assert receipt["rows_before"] == 1
    assert region.ask(DETMOLD, "page", owner=NAMES[BIELEFELD], uid=replica["uid"])["status"] in {404, 410}


def test_a_suspended_peer_gets_nothing_until_it_is_trusted_again(region: Region) -> None:
    slug, key = region.share(RAW)
    region.record(f"{key}/t", {MIDNIGHT: 1.0})
    uid = region.agree(slug)
    region.caught_up(slug)
    try:
        assert region.ask(BIELEFELD, "suspend", peer=NAMES[DETMOLD]) == "suspended"
        before = region.ask(BIELEFELD, "disclosed", uid=uid)
        region.record(f"{key}/t", {MIDNIGHT + timedelta(minutes=1): 2.0})
        refusal = region.ask(DETMOLD, "page", owner=NAMES[BIELEFELD], uid=uid)
        assert refusal["status"] in {401, 403, 404}
        assert region.ask(BIELEFELD, "disclosed", uid=uid) == before
        assert region.replica(slug)["rows"] == 1, "what it got lawfully it keeps: the agreement is not over"
    finally:
        assert region.ask(BIELEFELD, "resume", peer=NAMES[DETMOLD]) == "trusted"
    region.until(lambda: region.replica(slug)["rows"] == 2, "data flow again")


def _proven(region: Region, replica: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Wait for the receipt; what is left at the consumer, and what the owner has been proven."""
    uid, streams = replica["uid"], [row["id"] for row in replica["streams"]]
    assert streams
    region.until(lambda: region.ask(BIELEFELD, "receipt", uid=uid) is not None, "the receipt arrives")
    receipt = region.ask(BIELEFELD, "receipt", uid=uid)
    assert receipt["verified"]
    assert receipt["signer_is_consumer"]
    assert receipt["rows_after"] == 0
    assert receipt["entered_as"] == "receipt-accepted"
    gone = region.ask(DETMOLD, "ending", uid=uid, streams=streams)
    assert (gone["purged"], gone["observations"], gone["datastreams"]) == (True, 0, 0)
    return gone, receipt
