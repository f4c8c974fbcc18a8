"""Messages about trust itself: a new key, and what one ledger says to another."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from apps.wire import keys
from apps.wire.errors import BadKey
from apps.wire.messages.base import Did, KeyId, Long, Message, Moment, Natural

Hash = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$")]


class KeyRotation(Message):
    """From now on this node signs with ``new_keyid``; the old key stays good until ``overlap_until``.

    Sent in an envelope signed by both keys, see ``envelopes.open_rotation``. The number in the key id grows.
    """

    type: Literal["owl.key-rotation"] = "owl.key-rotation"
    version: Literal[1] = 1
    did: Did
    old_keyid: KeyId
    new_keyid: KeyId
    new_key: Annotated[str, Field(pattern=r"^z6Mk[1-9A-HJ-NP-Za-km-z]{44}$")]
    created_at: Moment
    overlap_until: Moment
    expires_at: Moment

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if any(not keyid.startswith(f"{self.did}#") for keyid in (self.old_keyid, self.new_keyid)):
            raise ValueError("both keys belong to the did")
        if key_version(self.new_keyid) <= key_version(self.old_keyid):
            raise ValueError("the version of a key only grows")
        if not self.created_at <= self.overlap_until <= self.expires_at:
            raise ValueError("created_at, overlap_until and expires_at follow each other")
        try:
            self.verify_key()
        except BadKey as error:
            raise ValueError(error.message) from error
        return self

    def verify_key(self) -> keys.VerifyKey:
        """The new public key under its id. Raises BadKey."""
        return keys.VerifyKey(self.new_keyid, keys.from_multibase(self.new_key))


class CheckpointExchange(Message):
    """One node's ledger to another's: my checkpoint, and the proof that it extends the one you know.

    ``note`` is a signed note of C2SP tlog-checkpoint by ``origin``; ``proof`` is the RFC 6962 consistency proof
    (base64 hashes) from ``old_size`` to it, empty if ``old_size`` is 0. An answer is of the same type; there
    ``cosignature`` is the witness's signature line for the note received, and ``known_size`` in either is the
    size of the receiver's last checkpoint the sender knows, from which the receiver's next proof starts.
    """

    type: Literal["owl.checkpoint"] = "owl.checkpoint"
    version: Literal[1] = 1
    origin: Did
    note: Long | None = None
    old_size: Natural = 0
    proof: Annotated[tuple[Hash, ...], Field(max_length=64)] = ()
    known_size: Natural = 0
    cosignature: Long | None = None


def key_version(keyid: str) -> int:
    """The number n of ``…#key-<n>``."""
    return int(keyid.rpartition("#key-")[2])
