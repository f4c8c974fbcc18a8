"""did:web: every address has one identity, and a document is understood in full or not at all."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.wire import did, keys
from apps.wire.errors import BadDid

KEY = keys.generate("did:web:127.0.0.1%3A8101#key-1").verify_key
EXPIRES = dt.datetime(2027, 1, 31, 12, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("url", "identity"),
    [
        ("http://127.0.0.1:8101", "did:web:127.0.0.1%3A8101"),
        ("https://owl.herford.example", "did:web:owl.herford.example"),
        ("https://owl.herford.example/", "did:web:owl.herford.example"),
        ("https://stadt.example:8443/owl/knoten", "did:web:stadt.example%3A8443:owl:knoten"),
    ],
)
def test_an_address_is_an_identity_and_back(url: str, identity: str) -> None:
    assert did.did_from_url(url) == identity
    assert did.url_from_did(identity, allow_http=url.startswith("http:")) == url.rstrip("/")


def test_the_document_lies_where_the_method_says() -> None:
    assert did.document_url("did:web:a.example") == "https://a.example/.well-known/did.json"
    assert did.document_url("did:web:a.example:owl", allow_http=True) == "http://a.example/owl/did.json"


ADDRESSES = [
    "",
    "ftp://a",
    "https://",
    "https://u@a",
    "https://a?x=1",
    "https://a#f",
    "https://[::1]:80",
    "https://a:99999",
    "https://a/ü",
    "https://a/../b",
    "https://a_b",
    "https://a:",
    "//a",
    "https://a\n",
]


@pytest.mark.parametrize("url", ADDRESSES)
def test_other_addresses_have_no_identity(url: str) -> None:
    if url == "https://a:":  # an empty port is the standard's own spelling of none
        assert did.did_from_url(url) == "did:web:a"
        return
    with pytest.raises(BadDid):
        did.did_from_url(url)


@given(st.text())
def test_an_identity_is_refused_with_its_own_error(text: str) -> None:
    for candidate in (text, f"did:web:{text}"):
        with contextlib.suppress(BadDid):
            assert did.did_from_url(did.url_from_did(candidate)) == candidate


def _document() -> dict[str, Any]:
    service = did.Service("did:web:127.0.0.1%3A8101#feed", "OwlPeering", "http://127.0.0.1:8101/peering/v1")
    old = did.DidKey("did:web:127.0.0.1%3A8101#key-2", KEY.raw, EXPIRES, EXPIRES)
    return did.document(
        did="did:web:127.0.0.1%3A8101", keys=[did.DidKey(KEY.keyid, KEY.raw, EXPIRES), old], services=[service]
    )


def test_a_document_says_what_was_put_in() -> None:
    document = did.parse(_document())
    assert document.did == "did:web:127.0.0.1%3A8101"
    assert document.keys[0] == did.DidKey(KEY.keyid, KEY.raw, EXPIRES)
    assert document.keys[1].revoked == EXPIRES
    assert document.endpoint("OwlPeering") == "http://127.0.0.1:8101/peering/v1"
    assert document.endpoint("other") is None


def test_a_revoked_key_authenticates_nothing_but_stays_listed() -> None:
    document = _document()
    assert document["authentication"] == [KEY.keyid]
    assert len(document["verificationMethod"]) == 2


def test_members_of_other_profiles_are_ignored() -> None:
    assert did.parse(_document() | {"alsoKnownAs": ["https://a.example"]}).did == "did:web:127.0.0.1%3A8101"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("id",), "did:web:other.example"),
        (("id",), 7),
        (("@context",), []),
        (("authentication",), []),
        (("verificationMethod",), "x"),
        (("verificationMethod", 0, "type"), "JsonWebKey"),
        (("verificationMethod", 0, "controller"), "did:web:evil.example"),
        (("verificationMethod", 0, "id"), "did:web:127.0.0.1%3A8101#key-2"),
        (("verificationMethod", 0, "id"), "did:web:127.0.0.1%3A8101#schluessel"),
        (("verificationMethod", 0, "publicKeyMultibase"), "z6Mk"),
        (("verificationMethod", 0, "expires"), "tomorrow"),
        (("verificationMethod", 0, "more"), "x"),
        (("service", 0, "serviceEndpoint"), "file:///etc/passwd"),
        (("service", 0, "serviceEndpoint"), ["https://a"]),
        (("service", 0, "id"), "did:web:other.example#feed"),
        (("service", 0), "x"),
    ],
)
def test_a_document_not_understood_in_full_is_refused(path: tuple[str | int, ...], value: object) -> None:
    document: Any = _document()
    place = document
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(BadDid):
        did.parse(document)
