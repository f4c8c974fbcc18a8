"""A city's database is restored from a backup: what came after it is gone there, and so it must be in the copies."""

from __future__ import annotations

from datetime import timedelta

import pytest
from psycopg import sql

from tests.nodes.region import HERFORD, MIDNIGHT, RAW, Region

pytestmark = [pytest.mark.xdist_group("nodes"), pytest.mark.timeout(900)]


def test_after_a_restore_with_a_new_epoch_the_copy_is_what_the_owner_has(region: Region) -> None:
    region.run(HERFORD)
    try:
        slug, key = region.share(RAW, owner=HERFORD)
        region.record(f"{key}/t", {MIDNIGHT: 1.0, MIDNIGHT + timedelta(days=1): 2.0}, city=HERFORD)
        region.agree(slug, owner=HERFORD)
        _stopped_copy(region, "owl_herford", "owl_backup")
        region.record(f"{key}/t", {MIDNIGHT: 5.0, MIDNIGHT + timedelta(hours=1): 3.0}, city=HERFORD)
        region.until(lambda: region.replica(slug)["rows"] == 3, "what will be lost has been copied")
        _stopped_copy(region, "owl_backup", "owl_herford", bump=True)
        region.record(f"{key}/t", {MIDNIGHT + timedelta(hours=2): 4.0}, city=HERFORD)
        wanted = [
            [MIDNIGHT.isoformat(), 0, 1.0],
            [(MIDNIGHT + timedelta(hours=2)).isoformat(), 0, 4.0],
            [(MIDNIGHT + timedelta(days=1)).isoformat(), 0, 2.0],
        ]
        region.until(lambda: region.replica(slug)["values"] == wanted, "the copy follows the restored owner")
        owner, replica = region.digests(slug, owner=HERFORD)
        assert owner == replica
        assert region.ask(HERFORD, "ledger")["ok"]
    finally:
        region.engine.stop_node(HERFORD)


def _stopped_copy(region: Region, source: str, target: str, *, bump: bool = False) -> None:
    """Stop Herford, put a copy of one database in the place of another, go by the manual, start again."""
    region.engine.stop_node(HERFORD)
    region.release(HERFORD)
    region.engine.postgres.drop_database(target)
    with region.engine.postgres.connect() as connection:
        copy = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(target), sql.Identifier(source))
        connection.execute(copy)
    if bump:
        region.engine.manage(HERFORD, "epoch", "bump", "--reason", "restored from backup")
        region.engine.manage(HERFORD, "ledger", "verify")
    region.run(HERFORD)
