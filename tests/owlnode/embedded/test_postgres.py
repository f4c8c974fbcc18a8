"""Embedded PostgreSQL: up without root's help, keeps what was committed, says plainly why it cannot start."""

from __future__ import annotations

from pathlib import Path

import pytest

from owlnode.embedded.errors import EmbeddedError
from owlnode.embedded.postgres import Postgres


def test_committed_rows_are_there_after_a_second_start(tmp_path: Path) -> None:
    first = Postgres(tmp_path)
    first.start()
    try:
        first.ensure_database("city")
        with first.connect("city") as connection:
            connection.execute("CREATE TABLE kept (word text)")
            connection.execute("INSERT INTO kept VALUES ('Ümlaut')")
    finally:
        first.stop()
    second = Postgres(tmp_path)
    second.start()
    try:
        with second.connect("city") as connection:
            assert connection.execute("SELECT word FROM kept").fetchall() == [("Ümlaut",)]
    finally:
        second.stop()
        second.wipe()


def test_a_broken_data_folder_is_one_sentence(tmp_path: Path) -> None:
    server = Postgres(tmp_path)
    server.start()
    server.stop()
    (server.data / "PG_VERSION").write_text("1\n")
    with pytest.raises(EmbeddedError, match=r"did not start.*postgres\.log"):
        server.start()
    server.wipe()
