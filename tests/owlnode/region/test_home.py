"""A region's folder: one demo at a time, secrets for their owner only, clear words when it cannot be used."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from owlnode.embedded.errors import EmbeddedError
from owlnode.region import home
from owlnode.region.engine import data_folder


def test_credentials_are_private_and_stay_the_same(tmp_path: Path) -> None:
    place = home.Home(tmp_path)
    path = place.credentials({"herford": "http://127.0.0.1:8103"})
    first = json.loads(path.read_text())
    assert path.stat().st_mode & 0o777 == 0o600
    assert (
        json.loads(place.credentials({"herford": "http://127.0.0.1:9103"}).read_text())["herford"]["accounts"]
        == (first["herford"]["accounts"])
    )


def test_two_demos_cannot_share_a_folder(tmp_path: Path) -> None:
    one, two = home.Home(tmp_path), home.Home(tmp_path)
    one.occupy()
    with pytest.raises(EmbeddedError, match="already running"):
        two.occupy()
    one.leave()
    two.occupy()
    two.leave()


def test_a_taken_port_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(EmbeddedError, match=f"port {port} .* is taken"):
            home.require_free_ports([port])


def test_a_missing_data_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedError, match="there is no folder"):
        data_folder(tmp_path / "nowhere")


def test_a_full_disk_is_said_before_anything_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(home, "LEAST_FREE_BYTES", 1 << 62)
    with pytest.raises(EmbeddedError, match="MB free"):
        home.Home(tmp_path).occupy()


def test_fresh_leaves_nothing_of_a_former_demo(tmp_path: Path) -> None:
    place = home.Home(tmp_path)
    place.occupy()
    (tmp_path / "bielefeld").mkdir()
    (tmp_path / "credentials.json").write_text("{}")
    place.wipe()
    assert [path.name for path in tmp_path.iterdir()] == ["lock"]
    place.leave()
