"""Ed25519 keys (RFC 8032): making, writing down, reading back, and naming them so that people can compare.

A key id is ``<did>#key-<version>``. The public key travels as ``publicKeyMultibase`` (``z6Mk…``: base58btc of
the multicodec prefix 0xed01 and the 32 raw bytes; W3C Controlled Identifiers 1.0, section 2.2.2).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from apps.wire.errors import BadKey, Tampered
from apps.wire.words import WORDS

FINGERPRINT_WORDS = 8
_MULTICODEC_ED25519 = b"\xed\x01"
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_MULTIBASE_LENGTH = 48

# Points of small order accept a signature over any message. With the sign bit cleared these are all their
# encodings, the non-canonical ones included.
_P = 2**255 - 19
_ORDER_8 = int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little")
_SMALL_ORDER = frozenset(y.to_bytes(32, "little") for y in (0, 1, _ORDER_8, _P - _ORDER_8, _P - 1, _P, _P + 1))


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """A public key under its id; ``raw`` are its 32 bytes. Raises BadKey for anything weaker."""

    keyid: str
    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != 32 or self.raw[:31] + bytes([self.raw[31] & 0x7F]) in _SMALL_ORDER:
            raise BadKey("An Ed25519 public key has 32 bytes and is not a point of small order.", part=self.keyid)

    def verify(self, signature: bytes, data: bytes) -> None:
        """Return only if ``signature`` (64 bytes) is this key's over ``data``. Raises Tampered."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, data)
        except (InvalidSignature, ValueError) as error:
            raise Tampered(
                f"The signature does not match what it should cover, or was not made by {self.keyid}.",
                part="signature",
                remedy="Nothing of this message is used. If it repeats, compare key fingerprints by telephone.",
            ) from error

    @property
    def multibase(self) -> str:
        """``z6Mk…`` (48 characters)."""
        return to_multibase(self.raw)

    @property
    def fingerprint(self) -> str:
        """64 hex digits, see ``fingerprint``."""
        return fingerprint(self.raw)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key under its id. Its repr never shows the key."""

    keyid: str
    private: Ed25519PrivateKey = field(repr=False)

    def sign(self, data: bytes) -> bytes:
        """The 64 bytes of the deterministic signature over ``data``."""
        return self.private.sign(data)

    @property
    def verify_key(self) -> VerifyKey:
        """The public half under the same id."""
        return VerifyKey(self.keyid, self.private.public_key().public_bytes_raw())

    def to_pem(self) -> bytes:
        """Unencrypted PKCS#8 PEM; keep it in a file of mode 0600."""
        return self.private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def generate(keyid: str) -> SigningKey:
    """A new key from the operating system's randomness."""
    return SigningKey(keyid, Ed25519PrivateKey.generate())


def from_pem(keyid: str, pem: bytes) -> SigningKey:
    """The key in an unencrypted PKCS#8 PEM. Raises BadKey for any other content."""
    try:
        private = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError) as error:
        raise BadKey("This is not an unencrypted private key in PEM form.", part=keyid) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise BadKey("This private key is not an Ed25519 key.", part=keyid)
    return SigningKey(keyid, private)


def to_multibase(raw: bytes) -> str:
    """``z6Mk…`` of 32 raw bytes."""
    number, text = int.from_bytes(_MULTICODEC_ED25519 + raw), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "z" + text


def from_multibase(text: str) -> bytes:
    """The 32 raw bytes behind ``z6Mk…``. Raises BadKey unless it is exactly what ``to_multibase`` writes."""
    if len(text) != _MULTIBASE_LENGTH or text[0] != "z" or not set(text[1:]) <= set(_BASE58):
        raise BadKey("This is not a public key in multibase form (z6Mk…, 48 characters).")
    number = 0
    for character in text[1:]:
        number = number * 58 + _BASE58.index(character)
    if number >> 256 != int.from_bytes(_MULTICODEC_ED25519):
        raise BadKey("This multibase value is not an Ed25519 public key.")
    return (number & (2**256 - 1)).to_bytes(32)


def fingerprint(raw: bytes) -> str:
    """SHA-256 over the 32 raw bytes as 64 lower-case hex digits."""
    return hashlib.sha256(raw).hexdigest()


def words(raw: bytes) -> list[str]:
    """The fingerprint's first eight bytes as eight German nouns, and a ninth that catches slips.

    The ninth stands for the first byte of SHA-256 over those eight bytes: a word misheard or two swapped
    changes it in 255 of 256 cases. The order is the order of the bytes, in every language.
    """
    head = hashlib.sha256(raw).digest()[:FINGERPRINT_WORDS]
    return [WORDS[byte] for byte in head + hashlib.sha256(head).digest()[:1]]
