"""The demo's cities are one host to a browser: each keeps its own cookies there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from owlnode.region.node import Node

TELL = "from owlnode.settings import demo; print(demo.SESSION_COOKIE_NAME, demo.CSRF_COOKIE_NAME)"


def _cookies(city: str, home: Path) -> set[str]:
    node = Node(
        city=city,
        name=city.title(),
        port=21_000,
        home=home,
        database_url="postgresql://nobody@127.0.0.1/nothing",
        redis_url="redis://127.0.0.1:1/0",
        secret_key="for-this-test-only-" * 4,
    )
    done = subprocess.run(
        [sys.executable, "-c", TELL], env=node.environment(), capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_signing_in_at_one_city_signs_nobody_out_at_another(tmp_path: Path) -> None:
    bielefeld, herford = _cookies("bielefeld", tmp_path), _cookies("herford", tmp_path)
    assert len(bielefeld) == len(herford) == 2
    assert bielefeld.isdisjoint(herford)
