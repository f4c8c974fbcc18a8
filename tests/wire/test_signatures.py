"""HTTP signatures: the standard's own vector, and nothing covered can change without being noticed."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.core.errors import ClockSkew, Unauthenticated
from apps.wire import components, keys, signatures
from apps.wire.errors import (
    BadTarget,
    CoverageFault,
    FromFuture,
    SignatureFault,
    SignatureMalformed,
    SignatureMissing,
    Tampered,
    TooOld,
    UnknownKey,
    WireError,
)

NOW = dt.datetime(2026, 11, 23, 6, 0, tzinfo=dt.UTC)
KEY = keys.generate("did:web:127.0.0.1%3A8102#key-1")
OWNER = keys.generate("did:web:127.0.0.1%3A8101#key-3")
URL = "http://127.0.0.1:8101/peering/v1/feed/8f14e45f?cursor=1.W10&limit=5"
TRUSTED = {one.keyid: one.verify_key for one in (KEY, OWNER)}.get


@dataclasses.dataclass
class Sent:
    """A signed message as it could be written down, every covered part changeable."""

    method: str
    url: str
    headers: dict[str, str]
    body: bytes
    status: int = 0
    request: Sent | None = None

    def verify(self, at: dt.datetime = NOW, resolve: signatures.Resolve = TRUSTED) -> signatures.Verified:
        if self.request is None:
            return signatures.verify_request(
                method=self.method, url=self.url, headers=self.headers, body=self.body, resolve=resolve, at=at
            )
        return signatures.verify_response(
            status=self.status,
            headers=self.headers,
            body=self.body,
            request=self.request.as_request(),
            resolve=resolve,
            at=at,
        )

    def as_request(self) -> signatures.Request:
        return signatures.Request(self.method, self.url, self.headers)


def _request(body: bytes = b"", created: dt.datetime = NOW, **changed: Any) -> Sent:
    headers = {"Accept": "*/*"} | ({"Content-Type": "application/json"} if body else {})
    given: dict[str, Any] = {"method": "POST" if body else "GET", "url": URL, "nonce": "n" * 24, "key": KEY}
    given |= changed
    added = signatures.sign_request(headers=headers, body=body, created=created, **given)
    return Sent(given["method"], given["url"], headers | added, body)


def _answer(body: bytes = b"rows", request: Sent | None = None, **headers: str) -> Sent:
    request = request or _request()
    sent = {"Content-Type": "application/vnd.apache.arrow.stream"} | headers
    added = signatures.sign_response(
        status=200, headers=sent, body=body, request=request.as_request(), key=OWNER, created=NOW
    )
    return Sent("", "", sent | added, body, 200, request)


PAGE_HEADERS = {
    "Owl-Next-Cursor": "1.WzEsInRhaWwiXQ",
    "Owl-More": "1",
    "Owl-As-Of": "2026-11-23T06:00:00Z",
    "Owl-Committed-At": "2026-11-23T05:59:58Z",
    "Owl-Description": "sha-256:" + "0" * 64,
    "Owl-Page-Digest": "sha-256:" + "1" * 64,
}
MESSAGES = {
    "bodyless request": _request(),
    "request with body": _request(b'{"type":"owl.hint"}'),
    "answer": _answer(b"a page", **PAGE_HEADERS),
    "answer without body": _answer(b""),
}


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


@pytest.mark.parametrize("name", MESSAGES)
def test_a_signed_message_names_its_signer(name: str) -> None:
    verified = MESSAGES[name].verify()
    assert verified.keyid == (OWNER.keyid if "answer" in name else KEY.keyid)
    assert verified.created == NOW
    assert verified.expires == NOW + dt.timedelta(seconds=300)
    assert verified.remember_until == NOW + dt.timedelta(seconds=360)
    assert verified.nonce == ("" if "answer" in name else "n" * 24)


def test_a_request_says_what_it_covers() -> None:
    assert MESSAGES["bodyless request"].headers["Signature-Input"] == (
        'owl=("@method" "@target-uri" "content-digest");created=1795413600;expires=1795413900;nonce="'
        + "n" * 24
        + '";keyid="did:web:127.0.0.1%3A8102#key-1";tag="owl-peering-1"'
    )
    covered = MESSAGES["answer"].headers["Signature-Input"].partition(";created")[0]
    assert covered == (
        'owl=("@status" "content-digest" "content-type" "owl-next-cursor" "owl-more" "owl-as-of" "owl-committed-at"'
        ' "owl-description" "owl-page-digest" "@method";req "@target-uri";req "signature";key="owl";req)'
    )


def _places(sent: Sent) -> list[tuple[str, str]]:
    uncovered = {"Accept"} | (set() if sent.body else {"Content-Type"})
    names = [name for name in sent.headers if name not in uncovered]
    fields = [("headers", name) for name in names] + ([("body", "")] if sent.body else [])
    return fields + ([] if sent.request else [("method", ""), ("url", "")])


def _changed(text: str, data: st.DataObject) -> str:
    place = data.draw(st.integers(0, len(text) - 1))
    byte = data.draw(st.characters(min_codepoint=0, max_codepoint=255))
    assume(byte != text[place])
    return text[:place] + byte + text[place + 1 :]


@given(st.sampled_from(sorted(MESSAGES)), st.data())
def test_no_single_byte_of_a_covered_part_can_change(name: str, data: st.DataObject) -> None:
    sent = MESSAGES[name]
    part, header = data.draw(st.sampled_from(_places(sent)))
    if part == "headers":
        changed = dataclasses.replace(sent, headers=sent.headers | {header: _changed(sent.headers[header], data)})
    elif part == "body":
        changed = dataclasses.replace(sent, body=_changed(sent.body.decode("latin-1"), data).encode("latin-1"))
    else:
        changed = dataclasses.replace(sent, **{part: _changed(getattr(sent, part), data)})
    with pytest.raises(WireError):
        changed.verify()


def test_every_byte_of_both_signature_fields_counts() -> None:
    """The one place where base64 and structured fields leave room for two spellings; so try each place in full."""
    sent = MESSAGES["bodyless request"]
    for header in ("Signature", "Signature-Input"):
        text = sent.headers[header]
        for place in range(len(text)):
            for byte in ("A", "B", "=", " ", ",", "0", chr(ord(text[place]) ^ 1)):
                if byte != text[place]:
                    headers = sent.headers | {header: text[:place] + byte + text[place + 1 :]}
                    with pytest.raises(WireError):
                        dataclasses.replace(sent, headers=headers).verify()


@given(st.sampled_from([name for name in MESSAGES if "answer" in name]), st.integers(100, 599))
def test_the_status_cannot_change(name: str, status: int) -> None:
    assume(status != 200)
    with pytest.raises(Tampered):
        dataclasses.replace(MESSAGES[name], status=status).verify()


@pytest.mark.parametrize("name", PAGE_HEADERS)
def test_no_header_with_a_meaning_can_be_taken_away_or_added(name: str) -> None:
    sent = MESSAGES["answer"]
    fewer = {key: value for key, value in sent.headers.items() if key != name}
    with pytest.raises(CoverageFault):
        dataclasses.replace(sent, headers=fewer).verify()
    bare = _answer()
    with pytest.raises(CoverageFault):
        dataclasses.replace(bare, headers=bare.headers | {name.lower(): PAGE_HEADERS[name]}).verify()


def test_a_body_can_neither_be_added_nor_removed() -> None:
    bare, full = MESSAGES["bodyless request"], MESSAGES["request with body"]
    for changed in (
        dataclasses.replace(bare, body=b"x"),
        dataclasses.replace(bare, body=b"x", headers=bare.headers | {"Content-Type": "a/b"}),
        dataclasses.replace(full, body=b""),
    ):
        with pytest.raises(SignatureFault):
            changed.verify()


def test_a_bodyless_request_may_carry_a_content_type_that_means_nothing() -> None:
    sent = MESSAGES["bodyless request"]
    dataclasses.replace(sent, headers=sent.headers | {"Content-Type": "text/plain"}).verify()


def test_an_answer_answers_its_own_request_only() -> None:
    sent = _answer()
    for other in (
        _request(nonce="m" * 24),
        _request(url=URL + "0"),
        _request(created=NOW - dt.timedelta(seconds=1)),
        _request(b"{}", method="POST"),
    ):
        with pytest.raises(Tampered):
            dataclasses.replace(sent, request=other).verify()


def test_a_request_cannot_be_passed_off_as_an_answer_nor_the_reverse() -> None:
    request, answer = MESSAGES["bodyless request"], _answer(b"")
    with pytest.raises(SignatureFault):
        Sent("", "", request.headers, b"", 200, request).verify()
    with pytest.raises(SignatureFault):
        Sent("GET", URL, answer.headers, b"").verify()


@pytest.mark.parametrize(("seconds", "good"), [(-299, True), (0, True), (60, True)])
def test_clocks_may_differ_a_little(seconds: int, good: bool) -> None:
    assert (_request(created=NOW + dt.timedelta(seconds=seconds)).verify().keyid == KEY.keyid) is good


@pytest.mark.parametrize(
    ("seconds", "error"), [(-300, TooOld), (-86_400, TooOld), (61, FromFuture), (86_400, FromFuture)]
)
def test_a_wrong_clock_is_its_own_error_with_the_offset(seconds: int, error: type[ClockSkew]) -> None:
    sent = _request(created=NOW + dt.timedelta(seconds=seconds))
    with pytest.raises(error) as caught:
        sent.verify()
    assert caught.value.offset_seconds == seconds
    assert caught.value.status == 401
    assert caught.value.remedy
    assert not isinstance(caught.value, SignatureFault)


def test_a_tampered_message_is_never_excused_by_its_clock() -> None:
    sent = _request(b"{}", created=NOW - dt.timedelta(days=1))
    with pytest.raises(Tampered):
        dataclasses.replace(sent, body=b"[]").verify()


def test_only_trusted_keys_under_their_own_id_count() -> None:
    sent = MESSAGES["bodyless request"]
    for resolve in (lambda _: None, lambda _: OWNER.verify_key):
        with pytest.raises(UnknownKey):
            sent.verify(resolve=resolve)
    stranger = keys.generate(KEY.keyid).verify_key
    with pytest.raises(Tampered):
        sent.verify(resolve=lambda _: stranger)


@pytest.mark.parametrize("name", ["Signature", "Signature-Input", "Content-Digest"])
def test_what_is_missing_is_named(name: str) -> None:
    sent = MESSAGES["bodyless request"]
    headers = {key: value for key, value in sent.headers.items() if key != name}
    with pytest.raises((SignatureMissing, CoverageFault)) as caught:
        dataclasses.replace(sent, headers=headers).verify()
    assert caught.value.part == name.lower()
    assert caught.value.status == 401
    assert isinstance(caught.value, Unauthenticated)


def _signed_with(covered: str, parameters: Mapping[str, Any]) -> Sent:
    sent = _request()
    listed: list[components.Component] = [(name, {}) for name in covered.split()]
    message = components.Message(headers=sent.headers, method="GET", url=URL)
    base = components.signature_base(message, listed, dict(parameters))
    sent.headers |= components.write_fields(listed, dict(parameters), KEY.sign(base))
    return sent


GOOD = {
    "created": int(NOW.timestamp()),
    "expires": int(NOW.timestamp()) + 300,
    "nonce": "n" * 24,
    "keyid": KEY.keyid,
    "tag": "owl-peering-1",
}


def test_another_order_of_parts_and_a_named_algorithm_are_fine() -> None:
    assert _signed_with("content-digest @target-uri @method", GOOD | {"alg": "ed25519"}).verify().keyid == KEY.keyid


@pytest.mark.parametrize("covered", ["", "@method @target-uri", "@method content-digest", "content-digest @target-uri"])
def test_a_signature_over_less_is_refused(covered: str) -> None:
    with pytest.raises(CoverageFault):
        _signed_with(covered, GOOD).verify()


@pytest.mark.parametrize("covered", ["@method @target-uri content-digest accept", "@method @method @target-uri"])
def test_a_signature_over_more_or_over_one_part_twice_is_refused(covered: str) -> None:
    with pytest.raises(CoverageFault):
        _signed_with(covered, GOOD).verify()


@pytest.mark.parametrize(
    "changed",
    [
        {"tag": "owl-peering-2"},
        {"alg": "hmac-sha256"},
        {"nonce": "short"},
        {"nonce": "n" * 129},
        {"expires": GOOD["created"]},
        {"expires": int(NOW.timestamp()) + 301},
        {"created": "1"},
        {"created": -5, "expires": 5},
        {"keyid": 5},
        {"unknown": 1},
    ],
)
def test_parameters_outside_the_profile_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(SignatureMalformed):
        _signed_with("@method @target-uri content-digest", GOOD | changed).verify()


@pytest.mark.parametrize("name", ["created", "expires", "nonce", "keyid", "tag"])
def test_each_parameter_is_needed(name: str) -> None:
    fewer = {key: value for key, value in GOOD.items() if key != name}
    with pytest.raises(SignatureMalformed):
        _signed_with("@method @target-uri content-digest", fewer).verify()


def test_signatures_of_others_beside_ours_do_no_harm() -> None:
    sent = MESSAGES["bodyless request"]
    headers = dict(sent.headers)
    headers["Signature-Input"] = 'proxy=("@method");created=1, ' + headers["Signature-Input"]
    headers["Signature"] = "proxy=:AAAA:, " + headers["Signature"]
    dataclasses.replace(sent, headers=headers).verify()
    headers["Signature"] = headers["Signature"].replace("proxy=", "owl=")
    with pytest.raises(SignatureMalformed):
        dataclasses.replace(sent, headers=headers).verify()


def test_a_field_sent_twice_is_refused() -> None:
    sent = MESSAGES["bodyless request"]
    headers = sent.headers | {"content-digest": sent.headers["Content-Digest"]}
    with pytest.raises(SignatureMalformed):
        dataclasses.replace(sent, headers=headers).verify()


@given(st.text(), st.text())
def test_any_garbage_in_the_signature_fields_is_a_typed_error(given_input: str, signature: str) -> None:
    sent = MESSAGES["bodyless request"]
    headers = sent.headers | {"Signature-Input": given_input, "Signature": signature}
    with pytest.raises(SignatureFault):
        dataclasses.replace(sent, headers=headers).verify()


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
        _request(url=url)


def test_what_the_profile_forbids_cannot_be_signed_either() -> None:
    with pytest.raises(SignatureMalformed):
        _request(method="get")
    with pytest.raises(SignatureMalformed):
        _request(nonce="x")
    with pytest.raises(CoverageFault):
        signatures.sign_request(
            method="POST", url=URL, headers={}, body=b"x", key=KEY, created=NOW, nonce=signatures.new_nonce()
        )
    unsigned = signatures.Request("GET", URL, {})
    with pytest.raises(SignatureMissing):
        signatures.sign_response(status=200, headers={}, body=b"", request=unsigned, key=OWNER, created=NOW)


def test_nonces_do_not_repeat() -> None:
    assert len({signatures.new_nonce() for _ in range(1000)}) == 1000
