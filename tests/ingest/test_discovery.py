"""Finding recordings in folders."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from apps.ingest import discovery
from tests.ingest.formats.test_files import BICYCLE, LAKE, PARKING
from tests.ingest.test_recordings import written


def test_counters_are_found_by_folder_and_the_rest_by_kind(tmp_path: Path) -> None:
    written(tmp_path / "bicycle" / "1001", BICYCLE, "2024-02.csv")
    written(tmp_path / "bicycle" / "1001", BICYCLE, "2024-01.csv")
    written(tmp_path / "bicycle" / "2001", BICYCLE)
    written(tmp_path / "parking" / "2024-04", PARKING)
    written(tmp_path / "parking" / "2024-05", PARKING)
    written(tmp_path / "lake", LAKE)
    written(tmp_path, "a,b\n", "odd.csv")
    (tmp_path / "bicycle" / "site_min.json").write_text(json.dumps([{"name": "Am Tor", "directory": "1001"}]))
    found = discovery.find(tmp_path)
    assert [(r.kind, r.key, r.name, len(r.files)) for r in found] == [
        ("", "", "", 1),
        ("bicycle", "bicycle/1001", "Am Tor", 2),
        ("bicycle", "bicycle/2001", "2001", 1),
        ("lake", "lake", "Aasee", 1),
        ("parking", "parking", "Parkhäuser", 2),
    ]
    assert [path.name for path in found[1].files] == ["2024-01.csv", "2024-02.csv"]
    assert found[1].size == 2 * len(BICYCLE.encode())


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"{}", b"null", b'[1, {"channels": 5}, {"channels": [[1]]}]', b"[" * 99_999]
)
def test_a_site_list_that_cannot_be_read_is_an_empty_one(raw: bytes) -> None:
    assert not discovery.read_sites(raw)
