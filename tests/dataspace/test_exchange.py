"""Who may speak the protocol with this node, and what everybody else learns: nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client

from apps.peers import selectors as peers
from apps.peers.models import Peer
from apps.wire import keys, signatures
from apps.wire.dsp import CONTEXT, document
from tests.agreements.region import make_offer
from tests.dataspace.conftest import Ask
from tests.peers.city import City

CATALOG = {"@context": [CONTEXT], "@type": "CatalogRequestMessage"}
ROUTES = [
    ("POST", "catalog/request"),
    ("GET", "catalog/datasets/urn:uuid:1"),
    ("POST", "negotiations/request"),
    ("POST", "negotiations/offers"),
    ("GET", "negotiations/urn:uuid:1"),
    ("POST", "negotiations/urn:uuid:1/request"),
    ("POST", "negotiations/urn:uuid:1/offers"),
    ("POST", "negotiations/urn:uuid:1/events"),
    ("POST", "negotiations/urn:uuid:1/agreement"),
    ("POST", "negotiations/urn:uuid:1/agreement/verification"),
    ("POST", "negotiations/urn:uuid:1/termination"),
    ("POST", "transfers/request"),
    ("GET", "transfers/urn:uuid:1"),
    ("POST", "transfers/urn:uuid:1/start"),
    ("POST", "transfers/urn:uuid:1/suspension"),
    ("POST", "transfers/urn:uuid:1/completion"),
    ("POST", "transfers/urn:uuid:1/termination"),
]
JUNK = [b"", b"[]", b"null", b"{", b'{"@type": 5}', b"\xff\xfe", b'{"a": "\\u0000"}', b'{"a": 1.5}', b'{"a":1,"a":2}']


def test_an_unsigned_request_is_not_found(ask: Ask) -> None:
    for method, rest in ROUTES:
        answer = ask(method, rest, {} if method == "POST" else None, headers={})
        assert answer.status_code == 404, rest
        assert answer.json()["@type"].endswith("Error")


def test_a_stranger_is_not_found_either(ask: Ask) -> None:
    stranger = City()
    try:
        for method, rest in ROUTES:
            assert ask(method, rest, {} if method == "POST" else None, by=stranger).status_code == 404, rest
    finally:
        stranger.close()


@pytest.mark.parametrize("state", ["suspended", "removed", "proposed"])
def test_a_peer_no_longer_trusted_is_not_found(ask: Ask, peer: Peer, state: str) -> None:
    Peer.objects.update(state=state)
    assert ask("POST", "catalog/request", CATALOG).status_code == 404


def test_a_tampered_body_is_not_found(ask: Ask, city: City) -> None:
    headers = city.signed("POST", "/dsp/2025-1/catalog/request", b"{}")
    assert ask("POST", "catalog/request", CATALOG, headers=headers).status_code == 404


def test_the_same_request_counts_once(ask: Ask, city: City) -> None:
    body = b'{"@context":["%s"],"@type":"CatalogRequestMessage"}' % CONTEXT.encode()
    headers = city.signed("POST", "/dsp/2025-1/catalog/request", body)
    assert [ask("POST", "catalog/request", body, headers=headers).status_code for _again in range(2)] == [200, 404]


def test_a_wrong_clock_is_called_one(ask: Ask) -> None:
    late = ask("POST", "catalog/request", CATALOG, created=datetime.now(UTC) - timedelta(hours=2))
    assert late.status_code == 401
    assert late.json()["code"] in {"clock-skew", "signature-too-old"}


@pytest.mark.parametrize("junk", JUNK, ids=repr)
def test_no_body_breaks_anything(ask: Ask, junk: bytes) -> None:
    for method, rest in ROUTES:
        if method == "POST":
            answer = ask(method, rest, junk)
            assert answer.status_code in {400, 404}, rest
            assert answer.json()["reason"]


def test_a_body_without_end_is_not_read(ask: Ask) -> None:
    assert ask("POST", "catalog/request", b" " * (document.MAX_BYTES + 1)).status_code == 413


def test_only_the_right_method_is_taken(ask: Ask) -> None:
    for method, rest in ROUTES:
        answer = ask("DELETE", rest)
        assert answer.status_code == 405, rest
        assert answer.headers["Allow"] == method


def test_an_answer_proves_who_gave_it(ask: Ask, city: City) -> None:
    make_offer()
    body = b'{"@context":["%s"],"@type":"CatalogRequestMessage"}' % CONTEXT.encode()
    target = "/dsp/2025-1/catalog/request"
    headers = city.signed("POST", target, body)
    answer = ask("POST", "catalog/request", body, headers=headers)
    asked = signatures.Request(method="POST", url=settings.NODE.base_url + target, headers=headers)
    verified = signatures.verify_response(
        status=200,
        headers=dict(answer.headers),
        body=answer.content,
        request=asked,
        resolve=_our_key(),
        at=datetime.now(UTC),
    )
    assert verified.keyid == peers.this_node().keyid


def test_the_version_document_is_for_everybody_and_signed_for_peers(peer: Peer, city: City) -> None:
    target = "/.well-known/dspace-version"
    plain = Client().get(target)
    assert plain.json()["protocolVersions"][0]["path"] == "/dsp/2025-1"
    assert "Signature" not in plain.headers
    signed = Client().get(target, headers=city.signed("GET", target))
    assert signed.json() == plain.json()
    assert "Signature" in signed.headers
    assert "Signature" not in Client().get(target, headers={"Signature": "x"}).headers
    assert Client().post(target).status_code == 405


def _our_key() -> Callable[[str], keys.VerifyKey | None]:
    key = peers.signing_key().verify_key
    return lambda keyid: key if keyid == key.keyid else None
