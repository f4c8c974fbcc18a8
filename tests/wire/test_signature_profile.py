"""The profile owl-peering-1: times, keys, coverage and parameters outside of it are refused, each by name."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.core.errors import ClockSkew, Unauthenticated
from apps.wire import components, keys
from apps.wire.errors import (
    CoverageFault,
    FromFuture,
    SignatureFault,
    SignatureMalformed,
    SignatureMissing,
    Tampered,
    TooOld,
    UnknownKey,
)
from tests.wire.signed import KEY, MESSAGES, NOW, OWNER, URL, Sent, signed_request


@pytest.mark.parametrize(("seconds", "good"), [(-299, True), (0, True), (60, True)])
def test_clocks_may_differ_a_little(seconds: int, good: bool) -> None:
    assert (signed_request(created=NOW + dt.timedelta(seconds=seconds)).verify().keyid == KEY.keyid) is good


@pytest.mark.parametrize(
    ("seconds", "error"), [(-300, TooOld), (-86_400, TooOld), (61, FromFuture), (86_400, FromFuture)]
)
def test_a_wrong_clock_is_its_own_error_with_the_offset(seconds: int, error: type[ClockSkew]) -> None:
    sent = signed_request(created=NOW + dt.timedelta(seconds=seconds))
    with pytest.raises(error) as caught:
        sent.verify()
    assert caught.value.offset_seconds == seconds
    assert caught.value.status == 401
    assert caught.value.remedy
    assert not isinstance(caught.value, SignatureFault)


def test_a_tampered_message_is_never_excused_by_its_clock() -> None:
    sent = signed_request(b"{}", created=NOW - dt.timedelta(days=1))
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
    sent = signed_request()
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
