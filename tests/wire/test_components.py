"""The signature base: the standard's own vectors, and one spelling for every target."""

from __future__ import annotations

import pytest

from apps.wire import components, keys
from apps.wire.errors import (
    BadTarget,
)
from tests.wire.signed import signed_request


def test_the_signature_base_and_signature_are_those_of_rfc_9421_b_2_6() -> None:
    pem = b"-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF\n"
    key = keys.from_pem("test-key-ed25519", pem + b"-----END PRIVATE KEY-----\n")
    message = components.Message(
        method="POST",
        url="https://example.com/foo?param=Value&Pet=dog",
        headers={
            "Date": "Tue, 20 Apr 2021 02:07:55 GMT",
            "Content-Type": "application/json",
            "Content-Length": "18",
        },
    )
    names = ("date", "@method", "@path", "@authority", "content-type", "content-length")
    covered: list[components.Component] = [(name, {}) for name in names]
    parameters = {"created": 1618884473, "keyid": "test-key-ed25519"}
    base = components.signature_base(message, covered, parameters)
    assert base.decode().splitlines() == [
        '"date": Tue, 20 Apr 2021 02:07:55 GMT',
        '"@method": POST',
        '"@path": /foo',
        '"@authority": example.com',
        '"content-type": application/json',
        '"content-length": 18',
        '"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length")'
        ';created=1618884473;keyid="test-key-ed25519"',
    ]
    fields = components.write_fields(covered, parameters, key.sign(base))
    assert fields["Signature"] == (
        "owl=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"
    )


def test_content_digest_is_that_of_rfc_9530() -> None:
    assert components.content_digest(b'{"hello": "world"}\n') == (
        "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    )


SPELLINGS = [
    "",
    "/feed",
    "http://127.0.0.1",
    "http://A.example/",
    "http://a.example:80/",
    "https://a.example:443/",
    "http://u@a.example/",
    "http://a.example/#f",
    "http://a.example/ü",
    "http://a.example/ x",
    "ftp://a.example/",
    "http://a.example:080/",
    "http://a.example:/",
    "http://[::1/",
    "http://a.example/\n",
    "HTTP://a.example/",
]


@pytest.mark.parametrize("url", SPELLINGS)
def test_a_target_that_can_be_spelled_in_two_ways_is_not_signed(url: str) -> None:
    with pytest.raises(BadTarget):
        signed_request(url=url)
