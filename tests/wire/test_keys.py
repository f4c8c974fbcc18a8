"""Keys: published vectors, exact spellings, and words people can compare."""

from __future__ import annotations

import contextlib

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from apps.wire import keys
from apps.wire.errors import BadKey, Tampered
from apps.wire.words import WORDS

KEYID = "did:web:owl.example#key-1"
# RFC 8032, section 7.1, test 2.
SECRET = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


@pytest.fixture
def key() -> keys.SigningKey:
    return keys.SigningKey(KEYID, Ed25519PrivateKey.from_private_bytes(SECRET))


def test_signatures_are_those_of_rfc_8032(key: keys.SigningKey) -> None:
    assert key.verify_key == keys.VerifyKey(KEYID, PUBLIC)
    assert key.sign(b"\x72") == SIGNATURE
    key.verify_key.verify(SIGNATURE, b"\x72")


@pytest.mark.parametrize("signature", [SIGNATURE[:-1] + b"\x01", b"", SIGNATURE + b"\x00", bytes(64)])
def test_any_other_signature_is_tampered_with(key: keys.SigningKey, signature: bytes) -> None:
    with pytest.raises(Tampered):
        key.verify_key.verify(signature, b"\x72")


def test_a_key_survives_its_file_and_never_shows_itself(key: keys.SigningKey) -> None:
    again = keys.from_pem(KEYID, key.to_pem())
    assert again.verify_key == key.verify_key
    assert "private" not in repr(key)


def test_only_unencrypted_ed25519_files_are_keys(key: keys.SigningKey) -> None:
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    locked = key.private.private_bytes(pem, pkcs8, serialization.BestAvailableEncryption(b"x"))
    other = generate_private_key(SECP256R1()).private_bytes(pem, pkcs8, serialization.NoEncryption())
    for content in (locked, other, b"", b"-----BEGIN PRIVATE KEY-----"):
        with pytest.raises(BadKey):
            keys.from_pem(KEYID, content)


@pytest.mark.parametrize("short", [b"", bytes(31), bytes(33)])
def test_a_public_key_has_32_bytes(short: bytes) -> None:
    with pytest.raises(BadKey):
        keys.VerifyKey(KEYID, short)


@pytest.mark.parametrize("sign_bit", [0, 0x80])
@pytest.mark.parametrize(
    "weak",
    [
        "00" * 32,
        "01" + "00" * 31,
        "ec" + "ff" * 30 + "7f",
        "ed" + "ff" * 30 + "7f",
        "ee" + "ff" * 30 + "7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    ],
)
def test_keys_that_verify_anything_are_refused(weak: str, sign_bit: int) -> None:
    raw = bytes.fromhex(weak)
    with pytest.raises(BadKey):
        keys.VerifyKey(KEYID, raw[:31] + bytes([raw[31] | sign_bit]))


def test_multibase_is_that_of_the_did_key_method() -> None:
    raw = bytes.fromhex("2e6fcce36701dc791488e0d0b1745cc1e33a4c1c9fcc41c63bd343dbbe0970e6")
    assert keys.to_multibase(raw) == "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK"


@given(st.binary(min_size=32, max_size=32))
def test_multibase_round_trips(raw: bytes) -> None:
    assert keys.from_multibase(keys.to_multibase(raw)) == raw


@given(st.binary(min_size=32, max_size=32), st.integers(0, 47), st.characters(min_codepoint=33, max_codepoint=126))
def test_one_changed_character_is_another_key_or_none(raw: bytes, place: int, character: str) -> None:
    text = keys.to_multibase(raw)
    changed = text[:place] + character + text[place + 1 :]
    if changed == text:
        return
    with contextlib.suppress(BadKey):
        assert keys.from_multibase(changed) != raw


@pytest.mark.parametrize("text", ["", "z", "z6Mk", "Z" + "1" * 47, "z" + "z" * 47, "z" + "0" * 47, "u" + "6Mk" * 15])
def test_other_texts_are_no_keys(text: str) -> None:
    with pytest.raises(BadKey):
        keys.from_multibase(text)


def test_the_list_has_256_words_nobody_confuses() -> None:
    assert len(WORDS) == len(set(WORDS)) == 256
    assert list(WORDS) == sorted(WORDS)
    assert all(word.isascii() and word.isalpha() for word in WORDS)
    assert len({word[:4].lower() for word in WORDS}) == 256
    neighbours = {word[:place] + "?" + word[place + 1 :] for word in WORDS for place in range(len(word))}
    assert len(neighbours) == sum(len(word) for word in WORDS)


def test_words_follow_the_fingerprint_and_the_last_one_checks_the_others() -> None:
    spoken = keys.words(PUBLIC)
    numbers = [WORDS.index(word) for word in spoken]
    assert bytes(numbers[:8]).hex() == keys.fingerprint(PUBLIC)[:16]
    assert len(spoken) == 9
    assert spoken == keys.words(PUBLIC)
    assert spoken != keys.words(SECRET)
