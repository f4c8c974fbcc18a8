"""OWLNODE_MQTT_URL: what can be said in it, and that its password is told to nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.core.errors import Invalid
from apps.ingest.mqtt import addresses


def test_an_address_is_taken_apart() -> None:
    found = addresses.parse("mqtts://owl:p%40ss@broker.example?ca=/etc/ca.pem&client=owl-1&version=3.1.1")
    assert (found.host, found.port, found.tls, found.name, found.password) == (
        "broker.example",
        8883,
        True,
        "owl",
        "p@ss",
    )
    assert (found.authority, found.client, found.version) == (Path("/etc/ca.pem"), "owl-1", "3.1.1")
    assert addresses.parse("mqtt://127.0.0.1").port == 1883


def test_the_password_shows_nowhere() -> None:
    found = addresses.parse("mqtts://owl:geheim@broker.example")
    assert "geheim" not in f"{found} {found!r}"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://broker",
        "mqtt://",
        "mqtt://owl:geheim@host/path",
        "mqtt://owl:geheim@host:port",
        "mqtt://owl:geheim@host?version=4",
        "mqtt://owl:geheim@host?qos=2",
    ],
)
def test_an_address_that_is_none_is_refused_without_telling_the_password(url: str) -> None:
    with pytest.raises(Invalid, match="OWLNODE_MQTT_URL") as caught:
        addresses.parse(url)
    assert "geheim" not in f"{caught.value.message}{caught.value.remedy}"
