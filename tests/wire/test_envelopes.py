"""Envelopes: a signature stays with its message, and with no other."""

from __future__ import annotations

import base64
import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.wire import canonical, envelopes, keys, messages
from apps.wire.errors import BadMessage, SignatureMalformed, Tampered, UnknownKey, WireError
from tests.wire.test_messages import ALL, NOTICE, OWNER, ROTATION

OLD = keys.generate(f"{OWNER}#key-1")
NEW = keys.generate(f"{OWNER}#key-2")
TRUSTED = {OLD.keyid: OLD.verify_key, NEW.keyid: NEW.verify_key}.get
HINT = ALL[0]
SEALED = envelopes.seal(NOTICE, OLD)


@pytest.mark.parametrize("message", ALL, ids=lambda message: message.type)
def test_what_was_sealed_is_what_is_opened(message: messages.Message) -> None:
    travelled = json.loads(json.dumps(envelopes.seal(message, OLD, NEW)))
    assert envelopes.open(travelled, TRUSTED) == message
    assert envelopes.peek(travelled) == message
    assert envelopes.signers(travelled) == [OLD.keyid, NEW.keyid]
    assert envelopes.digest(travelled) == message.digest()


def test_the_signature_covers_the_documented_text() -> None:
    signature = base64.b64decode(SEALED["signatures"][0]["signature"])
    text = b"owl-envelope-1\n" + OLD.keyid.encode() + b"\n" + canonical.dumps(SEALED["payload"])
    OLD.verify_key.verify(signature, text)


@given(st.data())
def test_no_single_character_of_an_envelope_can_change(data: st.DataObject) -> None:
    text = json.dumps(SEALED)
    place = data.draw(st.integers(0, len(text) - 1))
    changed = text[:place] + data.draw(st.characters(min_codepoint=32, max_codepoint=126)) + text[place + 1 :]
    try:
        value = canonical.loads(changed)
    except WireError:
        return
    if value == SEALED or not isinstance(value, dict):
        return
    with pytest.raises(WireError):
        envelopes.open(value, TRUSTED)


def test_every_signature_must_be_good() -> None:
    sealed = envelopes.seal(NOTICE, OLD, NEW)
    sealed["signatures"][1]["signature"] = sealed["signatures"][0]["signature"]
    with pytest.raises(Tampered):
        envelopes.open(sealed, TRUSTED)
    with pytest.raises(UnknownKey):
        envelopes.open(envelopes.seal(NOTICE, OLD, NEW), {OLD.keyid: OLD.verify_key}.get)
    with pytest.raises(UnknownKey):
        envelopes.open(SEALED, lambda _: NEW.verify_key)


def test_a_signature_cannot_be_moved_to_another_message() -> None:
    moved = envelopes.seal(HINT, OLD) | {"signatures": SEALED["signatures"]}
    with pytest.raises(Tampered):
        envelopes.open(moved, TRUSTED)


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "owl.letter"},
        {"version": 2},
        {"version": True},
        {"payload": []},
        {"signatures": []},
        {"signatures": SEALED["signatures"] * 2},
        {"signatures": SEALED["signatures"] * 5},
        {"more": 1},
    ],
)
def test_other_shapes_are_no_envelopes(changed: dict[str, Any]) -> None:
    with pytest.raises(BadMessage):
        envelopes.open(SEALED | changed, TRUSTED)


@pytest.mark.parametrize(
    "entry", [{}, "x", {"keyid": 1, "signature": ""}, {"keyid": OLD.keyid, "signature": "é"}, {"keyid": "a\nb"}]
)
def test_unreadable_signatures_are_refused(entry: object) -> None:
    with pytest.raises(SignatureMalformed):
        envelopes.open(SEALED | {"signatures": [entry]}, TRUSTED)


def test_an_envelope_needs_different_signers() -> None:
    for signers in ((), (OLD, OLD), (OLD, NEW, OLD, NEW, OLD)):
        with pytest.raises(BadMessage):
            envelopes.seal(NOTICE, *signers)


def _rotation(new: keys.SigningKey = NEW) -> messages.KeyRotation:
    return ROTATION.model_copy(update={"new_key": new.verify_key.multibase, "new_keyid": new.keyid})


KNOWN = {OLD.keyid: OLD.verify_key}.get


def test_a_rotation_is_believed_when_old_and_new_key_signed_it() -> None:
    assert envelopes.open_rotation(envelopes.seal(_rotation(), OLD, NEW), KNOWN) == _rotation()


def test_a_rotation_signed_by_one_key_or_by_a_stranger_is_refused() -> None:
    stranger = keys.generate(OLD.keyid)
    for sealed in (
        envelopes.seal(_rotation(), OLD),
        envelopes.seal(_rotation(), NEW),
        envelopes.seal(_rotation(), stranger, NEW),
        envelopes.seal(_rotation(), OLD, keys.generate(NEW.keyid)),
        envelopes.seal(NOTICE, OLD, NEW),
    ):
        with pytest.raises(WireError):
            envelopes.open_rotation(sealed, KNOWN)
    with pytest.raises(UnknownKey):
        envelopes.open_rotation(envelopes.seal(_rotation(), OLD, NEW), lambda _: None)


def test_a_rotation_to_the_same_key_is_none() -> None:
    same = keys.SigningKey(NEW.keyid, OLD.private)
    with pytest.raises(UnknownKey):
        envelopes.open_rotation(envelopes.seal(_rotation(same), OLD, same), KNOWN)


def test_peeking_proves_nothing() -> None:
    forged = copy.deepcopy(SEALED)
    forged["payload"]["kind"] = "expired"
    assert envelopes.peek(forged).to_mapping()["kind"] == "expired"
    with pytest.raises(Tampered):
        envelopes.open(forged, TRUSTED)
