"""HTTP signatures: nothing covered can change without being noticed."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from apps.wire import signatures
from apps.wire.errors import (
    CoverageFault,
    SignatureFault,
    SignatureMalformed,
    SignatureMissing,
    Tampered,
    WireError,
)
from tests.wire.signed import KEY, MESSAGES, NOW, OWNER, PAGE_HEADERS, URL, Sent, signed_answer, signed_request


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
        changed = dataclasses.replace(sent)
        setattr(changed, part, _changed(getattr(sent, part), data))
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
    bare = signed_answer()
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
    sent = signed_answer()
    for other in (
        signed_request(nonce="m" * 24),
        signed_request(url=URL + "0"),
        signed_request(created=NOW - dt.timedelta(seconds=1)),
        signed_request(b"{}", method="POST"),
    ):
        with pytest.raises(Tampered):
            dataclasses.replace(sent, request=other).verify()


def test_a_request_cannot_be_passed_off_as_an_answer_nor_the_reverse() -> None:
    request, answer = MESSAGES["bodyless request"], signed_answer(b"")
    with pytest.raises(SignatureFault):
        Sent("", "", request.headers, b"", 200, request).verify()
    with pytest.raises(SignatureFault):
        Sent("GET", URL, answer.headers, b"").verify()


def test_what_the_profile_forbids_cannot_be_signed_either() -> None:
    with pytest.raises(SignatureMalformed):
        signed_request(method="get")
    with pytest.raises(SignatureMalformed):
        signed_request(nonce="x")
    with pytest.raises(CoverageFault):
        signatures.sign_request(
            method="POST", url=URL, headers={}, body=b"x", key=KEY, created=NOW, nonce=signatures.new_nonce()
        )
    unsigned = signatures.Request("GET", URL, {})
    with pytest.raises(SignatureMissing):
        signatures.sign_response(status=200, headers={}, body=b"", request=unsigned, key=OWNER, created=NOW)


def test_nonces_do_not_repeat() -> None:
    assert len({signatures.new_nonce() for _ in range(1000)}) == 1000
