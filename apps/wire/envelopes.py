"""A message with signatures that stay with it: receipts and notices are kept and shown long after the request.

    {"type": "owl.envelope", "version": 1, "payload": {…}, "signatures": [{"keyid": …, "signature": base64}]}

Each signature is Ed25519 over the ASCII text ``owl-envelope-1``, a line feed, the key id, a line feed, and
the canonical JSON (RFC 8785) of the payload. An HTTP signature cannot be passed off as one, nor one message
type as another, because the type is part of the payload.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any, Final

from apps.wire import canonical, messages
from apps.wire.errors import BadMessage, SignatureMalformed, UnknownKey
from apps.wire.keys import SigningKey, VerifyKey

MAX_SIGNATURES: Final = 4
_CONTEXT: Final = "owl-envelope-1"

Resolve = Callable[[str], VerifyKey | None]


def seal(message: messages.Message, *keys: SigningKey) -> dict[str, Any]:
    """The envelope around ``message``, signed by each key, as JSON values. Raises BadMessage without a key."""
    if not 1 <= len(keys) <= MAX_SIGNATURES or len({key.keyid for key in keys}) != len(keys):
        raise BadMessage(f"An envelope has one to {MAX_SIGNATURES} different signers.", part="signatures")
    payload = message.to_mapping()
    signatures = [
        {"keyid": key.keyid, "signature": base64.b64encode(key.sign(_signed(payload, key.keyid))).decode()}
        for key in keys
    ]
    return {"type": "owl.envelope", "version": 1, "payload": payload, "signatures": signatures}


def open(envelope: Mapping[str, Any], resolve: Resolve) -> messages.Message:
    """The message inside, after every signature on it has been found good.

    Let ``resolve`` know only the keys that may sign this message. Raises BadMessage, BadJson, SignatureMalformed,
    UnknownKey, Tampered.
    """
    payload, signatures = _taken_apart(envelope)
    for keyid, signature in signatures:
        key = resolve(keyid)
        if key is None or key.keyid != keyid:
            raise UnknownKey(f"The key {keyid!r} may not sign this message.", part="keyid")
        key.verify(signature, _signed(payload, keyid))
    return messages.parse(payload)


def open_rotation(envelope: Mapping[str, Any], resolve: Resolve) -> messages.KeyRotation:
    """The rotation inside, signed by the old key (which ``resolve`` must know) and by the new key it announces.

    Raises what ``open`` raises, and BadMessage if it is no rotation or not signed by exactly these two.
    """
    rotation = peek(envelope)
    if not isinstance(rotation, messages.KeyRotation):
        raise BadMessage("This envelope does not hold a key rotation.", part="type")
    old, new = resolve(rotation.old_keyid), rotation.verify_key()
    if set(signers(envelope)) != {rotation.old_keyid, rotation.new_keyid}:
        raise BadMessage("A rotation is signed by the old and the new key.", part="signatures")
    if old is None or old.raw == new.raw:
        raise UnknownKey("The old key is not trusted here, or the new key is the old one.", part="old_keyid")
    known = {old.keyid: old, new.keyid: new}
    open(envelope, known.get)
    return rotation


def peek(envelope: Mapping[str, Any]) -> messages.Message:
    """The message inside, NOT verified: good for finding out whom to ask. Raises as ``open`` does."""
    return messages.parse(_taken_apart(envelope)[0])


def signers(envelope: Mapping[str, Any]) -> list[str]:
    """The key ids that claim to have signed, NOT verified. Raises BadMessage, SignatureMalformed."""
    return [keyid for keyid, _ in _taken_apart(envelope)[1]]


def digest(envelope: Mapping[str, Any]) -> str:
    """``sha-256:<hex>`` of the message inside, the same as the message's own ``digest()``. Raises BadMessage."""
    return canonical.digest(_taken_apart(envelope)[0])


def _signed(payload: Mapping[str, Any], keyid: str) -> bytes:
    return f"{_CONTEXT}\n{keyid}\n".encode() + canonical.dumps(dict(payload))


def _taken_apart(envelope: Mapping[str, Any]) -> tuple[dict[str, Any], list[tuple[str, bytes]]]:
    if set(envelope) != {"type", "version", "payload", "signatures"}:
        raise BadMessage("An envelope has type, version, payload and signatures.", part="envelope")
    payload, signatures = envelope["payload"], envelope["signatures"]
    tag = (envelope["type"], envelope["version"], type(envelope["version"]))
    if tag != ("owl.envelope", 1, int) or not isinstance(payload, dict):
        raise BadMessage("This is not an envelope of version 1.", part="envelope")
    if not isinstance(signatures, list) or not 1 <= len(signatures) <= MAX_SIGNATURES:
        raise BadMessage(f"An envelope has one to {MAX_SIGNATURES} signatures.", part="signatures")
    found = [_signature(entry) for entry in signatures]
    if len({keyid for keyid, _ in found}) != len(found):
        raise BadMessage("A key signs an envelope once.", part="signatures")
    return payload, found


def _signature(entry: object) -> tuple[str, bytes]:
    if not isinstance(entry, dict) or set(entry) != {"keyid", "signature"}:
        raise SignatureMalformed("A signature has keyid and signature.", part="signatures")
    keyid, text = entry["keyid"], entry["signature"]
    if not isinstance(keyid, str) or not isinstance(text, str) or "\n" in keyid:
        raise SignatureMalformed("A signature has a key id and base64.", part="signatures")
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureMalformed("A signature is not base64.", part="signatures") from error
    if base64.b64encode(raw).decode() != text:
        raise SignatureMalformed("A signature is not base64 in its one spelling.", part="signatures")
    return keyid, raw
