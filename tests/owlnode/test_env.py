"""Settings: typed, named when wrong, secrets from files, and every one documented."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from owlnode import databases, env

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("url", "did"),
    [
        ("https://daten.bielefeld.de", "did:web:daten.bielefeld.de"),
        ("http://127.0.0.1:8101", "did:web:127.0.0.1%3A8101"),
    ],
)
def test_the_did_follows_from_the_address(url: str, did: str) -> None:
    assert env.NodeEnv(base_url=url).did == did


@pytest.mark.parametrize("url", ["ftp://x", "daten.bielefeld.de", "https://x/path", ""])
def test_an_address_that_is_no_root_is_named(url: str) -> None:
    with pytest.raises(ValidationError, match="base_url"):
        env.NodeEnv(base_url=url)


def test_a_secret_comes_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "key"
    secret.write_text("s3cret\n")
    monkeypatch.delenv("OWLNODE_SECRET_KEY", raising=False)
    monkeypatch.setenv("OWLNODE_SECRET_KEY_FILE", str(secret))
    loaded = env.load()
    assert loaded.secret_key.get_secret_value() == "s3cret"
    assert "s3cret" not in repr(loaded)


def test_every_setting_is_documented() -> None:
    text = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    names = {
        {"database_url": "DATABASE_URL", "redis_url": "REDIS_URL"}.get(name, f"OWLNODE_{name.upper()}")
        for name in env.NodeEnv.model_fields
    }
    assert {name for name in names if f"`{name}`" not in text} == set()


def test_a_database_url_is_taken_apart() -> None:
    parsed = databases.from_url("postgresql://owl:p%40ss@db:5433/node?sslmode=require")
    wanted = {"USER": "owl", "PASSWORD": "p@ss", "HOST": "db", "PORT": "5433", "NAME": "node"}
    assert {key: parsed[key] for key in wanted} == wanted
    assert parsed["OPTIONS"] == {"prepare_threshold": 1, "sslmode": "require"}


def test_another_engine_is_refused() -> None:
    with pytest.raises(ValueError, match="postgresql"):
        databases.from_url("sqlite:///x")


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("redis+socket:///run/vk/s?virtual_host=3", "unix:///run/vk/s?db=3"),
        ("redis://cache:6379/0", "redis://cache:6379/0"),
    ],
)
def test_the_cache_lives_on_the_brokers_server(url: str, location: str) -> None:
    assert databases.cache_from_url(url)["LOCATION"] == location
