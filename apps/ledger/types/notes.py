"""Signed notes, checkpoints and cosignatures, byte for byte as C2SP writes them.

c2sp.org/signed-note (Ed25519, type 0x01), c2sp.org/tlog-checkpoint, c2sp.org/tlog-cosignature (cosignature/v1, type
0x04). A note is text, an empty line, and signature lines; a checkpoint is a note whose text is origin, size and root.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from apps.core.errors import Invalid

ED25519 = 0x01
COSIGNATURE_V1 = 0x04
MAX_NOTE_BYTES = 64 * 1024
MAX_SIGNATURES = 64
MAX_SIZE = 2**63 - 1
_KEY_NAME = re.compile(r"[^\s+\x00-\x1f]{1,500}")
_SIGNATURE_LINE = re.compile(r"— ([^ ]+) ([A-Za-z0-9+/]+={0,2})")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class BadNote(Invalid):
    """A note, checkpoint or cosignature that is malformed or not signed by the key it must be signed by."""

    default_code = "bad-note"


class Signer(Protocol):
    """The port through which the ledger signs; whoever owns the node's keys provides it.

    ``name`` is the key's name in signature lines and, for checkpoints, the log's origin: no blanks, no plus.
    ``public_key`` is the raw Ed25519 key of 32 bytes. ``sign`` returns the 64 bytes of the Ed25519 signature.
    """

    @property
    def name(self) -> str:
        """The name of the key, which is the origin of this node's log."""

    @property
    def public_key(self) -> bytes:
        """The raw public key."""

    def sign(self, message: bytes, /) -> bytes:
        """The Ed25519 signature (RFC 8032) over the message."""


@dataclass(frozen=True)
class Key:
    """A public key and the name it signs by. Raises BadNote for an impossible name or key."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _KEY_NAME.fullmatch(self.name):
            raise BadNote("a key's name must not be empty nor hold blanks or plus signs", part="name")
        if len(self.public) != 32:
            raise BadNote("an Ed25519 public key has 32 bytes", part="public")

    def id(self, kind: int = ED25519) -> bytes:
        """The four bytes that stand for this key in a signature line of the kind (signed-note, "Signatures")."""
        return hashlib.sha256(self.name.encode() + b"\n" + bytes([kind]) + self.public).digest()[:4]

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Whether this is the key's Ed25519 signature over the message."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    def encoded(self, kind: int = ED25519) -> str:
        """The key as a line of text: ``<name>+<id in hex>+<base64 of kind and key>`` (signed-note verifier key)."""
        material = base64.b64encode(bytes([kind]) + self.public).decode()
        return f"{self.name}+{self.id(kind).hex()}+{material}"


def parse_key(encoded: str) -> Key:
    """The key out of ``Key.encoded``. Raises BadNote when it is malformed or its id does not fit."""
    name, _plus, rest = encoded.strip().partition("+")
    identifier, _plus, material = rest.partition("+")
    raw = _decode(material, "key")
    key = Key(name=name, public=raw[1:])
    if raw[0] not in (ED25519, COSIGNATURE_V1) or key.id(raw[0]).hex() != identifier:
        raise BadNote("the key's id does not belong to this name and key", part="key")
    return key


@dataclass(frozen=True)
class Signature:
    """One signature line: the name, the four bytes of the key's id, and what follows them."""

    name: str
    key_id: bytes
    blob: bytes

    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        return f"— {self.name} {base64.b64encode(self.key_id + self.blob).decode()}\n"


@dataclass(frozen=True)
class Note:
    """A parsed note. ``text`` ends with a newline; nothing about it is proven before ``require`` has looked at it."""

    text: str
    signatures: tuple[Signature, ...]

    def require(self, key: Key) -> None:
        """Raises BadNote unless the key signed the text, and nothing false stands under its name and id."""
        mine = [line for line in self.signatures if line.name == key.name and line.key_id == key.id()]
        if not mine:
            raise BadNote(f"the note is not signed by {key.name}", part="signature")
        if not all(key.verify(self.text.encode(), line.blob) for line in mine):
            raise BadNote(f"the signature of {key.name} is false", part="signature")


@dataclass(frozen=True)
class Head:
    """What a checkpoint says: the log's origin, how many entries it has, and their root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The body of the checkpoint (tlog-checkpoint, "Note text"), without extension lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


def parse(note: str) -> Note:
    """Take a note apart (signed-note, "Format"). Raises BadNote naming what is wrong."""
    if len(note) > MAX_NOTE_BYTES or _CONTROL.search(note):
        raise BadNote("a note is at most 64 KiB of text without control characters", part="note")
    body, separator, tail = note.rpartition("\n\n")
    if not separator or not body or not tail.endswith("\n"):
        raise BadNote("a note is text, an empty line, and signature lines", part="note")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise BadNote(f"a note has at most {MAX_SIGNATURES} signatures here", part="signature")
    return Note(text=body + "\n", signatures=tuple(parse_signature(line) for line in lines))


def parse_signature(line: str) -> Signature:
    """One signature line, with or without its newline. Raises BadNote."""
    match = _SIGNATURE_LINE.fullmatch(line.removesuffix("\n"))
    if not match or not _KEY_NAME.fullmatch(match[1]):
        raise BadNote("a signature line is a dash, the key's name and base64", part="signature")
    raw = _decode(match[2], "signature")
    return Signature(name=match[1], key_id=raw[:4], blob=raw[4:])


def parse_head(text: str) -> Head:
    """What a checkpoint's text says; extension lines are refused. Raises BadNote."""
    lines = text.split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise BadNote("a checkpoint is origin, size and root, each on a line", part="checkpoint")
    if not _SIZE.fullmatch(lines[1]) or int(lines[1]) > MAX_SIZE:
        raise BadNote("the size of a checkpoint is a plain decimal number", part="size")
    root = _decode(lines[2], "root")
    if len(root) != 32:
        raise BadNote("the root of a checkpoint has 32 bytes", part="root")
    return Head(origin=lines[0], size=int(lines[1]), root=root)


def open_checkpoint(note: str, key: Key) -> Head:
    """The head a checkpoint note states, once the key's signature is proven. Raises BadNote."""
    parsed = parse(note)
    parsed.require(key)
    return parse_head(parsed.text)


def sign(text: str, signer: Signer) -> str:
    """The note with the signer's Ed25519 signature."""
    key = Key(name=signer.name, public=signer.public_key)
    line = Signature(name=key.name, key_id=key.id(), blob=signer.sign(text.encode()))
    return f"{text}\n{line.line()}"


def cosign(text: str, signer: Signer, at: datetime) -> str:
    """A signature line: as of ``at``, this is the largest consistent head the signer has seen of that log."""
    key = Key(name=signer.name, public=signer.public_key)
    seconds = int(at.timestamp())
    blob = seconds.to_bytes(8, "big") + signer.sign(cosigned_message(text, seconds))
    return Signature(name=key.name, key_id=key.id(COSIGNATURE_V1), blob=blob).line()


def open_cosignature(text: str, line: str, key: Key) -> datetime:
    """When (UTC) the key's holder cosigned the checkpoint text. Raises BadNote when the line does not prove it."""
    signature = parse_signature(line)
    if (signature.name, signature.key_id) != (key.name, key.id(COSIGNATURE_V1)) or len(signature.blob) != 72:
        raise BadNote(f"this is no cosignature of {key.name}", part="signature")
    seconds = int.from_bytes(signature.blob[:8], "big")
    if not key.verify(cosigned_message(text, seconds), signature.blob[8:]):
        raise BadNote(f"the cosignature of {key.name} is false", part="signature")
    try:
        return datetime.fromtimestamp(seconds, tz=UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise BadNote("the time of a cosignature is impossible", part="signature") from error


def cosigned_message(text: str, seconds: int) -> bytes:
    """The bytes a cosignature/v1 signs (tlog-cosignature, "Ed25519 signed message")."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def _decode(encoded: str, part: str) -> bytes:
    try:
        raw = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadNote("this is not base64 as RFC 4648 section 4 writes it", part=part) from error
    if len(raw) < 5 or base64.b64encode(raw).decode() != encoded:
        raise BadNote("this is not base64 as RFC 4648 section 4 writes it", part=part)
    return raw
