"""HTTP message signatures between nodes: the profile ``owl-peering-1`` of RFC 9421.

A request covers @method, @target-uri and content-digest, and content-type exactly when it has a body. A
bodyless request covers the digest of the empty body, so nobody can give it one. An answer covers @status,
content-digest, content-type (with a body), every ``Owl-…`` field it carries, and, of its request, @method,
@target-uri and the signature – so it answers that request and no other. Verification demands exactly this
set: one component less, more, or otherwise is refused. Times: at most 300 s old, at most 60 s in the
future. Remembering (keyid, nonce) is the caller's duty, see ``Verified.remember_until``.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from apps.wire import components as parts
from apps.wire.components import Component, Message
from apps.wire.errors import CoverageFault, FromFuture, SignatureMalformed, Tampered, TooOld, UnknownKey
from apps.wire.keys import SigningKey, VerifyKey

TAG: Final = "owl-peering-1"
MAX_AGE: Final = timedelta(seconds=300)
MAX_SKEW: Final = timedelta(seconds=60)
OWL_FIELDS: Final = (
    "owl-next-cursor",
    "owl-more",
    "owl-as-of",
    "owl-committed-at",
    "owl-description",
    "owl-page-digest",
)

Resolve = Callable[[str], VerifyKey | None]

_METHOD = re.compile(r"[A-Z]{1,16}\Z")
_NONCE = re.compile(r"[A-Za-z0-9_-]{16,128}\Z")
_REQUEST_PARTS: tuple[Component, ...] = (
    ("@method", {"req": True}),
    ("@target-uri", {"req": True}),
    ("signature", {"key": parts.LABEL, "req": True}),
)


@dataclass(frozen=True, slots=True)
class Request:
    """What an answer is bound to: method, absolute URL, and the request's headers (its Signature above all)."""

    method: str
    url: str
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verified:
    """Who signed and when (aware UTC). ``nonce`` is empty for an answer, which its request makes unique."""

    keyid: str
    nonce: str
    created: datetime
    expires: datetime

    @property
    def remember_until(self) -> datetime:
        """Until when a second message with this (keyid, nonce) could still pass the time checks."""
        return self.created + MAX_AGE + MAX_SKEW


def new_nonce() -> str:
    """24 URL-safe characters, 144 bits of randomness."""
    return secrets.token_urlsafe(18)


def sign_request(
    *, method: str, url: str, headers: Mapping[str, str], body: bytes, key: SigningKey, created: datetime, nonce: str
) -> dict[str, str]:
    """The fields to add to a request: Content-Digest, Signature-Input, Signature.

    ``url`` is the absolute URL exactly as sent, ``headers`` hold Content-Type if there is a body. Raises
    BadTarget, CoverageFault (a body without type), SignatureMalformed (method or nonce outside the profile).
    """
    added = {"Content-Digest": parts.content_digest(body)}
    message = Message(headers=_joined(headers, added), method=_method(method), url=url)
    return added | _sign(message, _request_components(body), key=key, created=created, nonce=_nonce(nonce))


def verify_request(
    *, method: str, url: str, headers: Mapping[str, str], body: bytes, resolve: Resolve, at: datetime
) -> Verified:
    """Who signed this request. ``url`` is rebuilt from configuration, never from proxy headers.

    ``resolve`` gives the key that is trusted for a key id at present, or None. Raises SignatureMissing,
    SignatureMalformed, CoverageFault, UnknownKey, Tampered, BadTarget; and TooOld or FromFuture only when
    everything else is right. The caller then refuses a (keyid, nonce) it has seen before.
    """
    message = Message(headers=headers, method=_method(method), url=parts.check_target(url))
    return _verify(message, _request_components(body), body=body, resolve=resolve, at=at)


def sign_response(
    *, status: int, headers: Mapping[str, str], body: bytes, request: Request, key: SigningKey, created: datetime
) -> dict[str, str]:
    """The fields to add to an answer: Content-Digest, Signature-Input, Signature.

    ``headers`` hold the final Content-Type and Owl-… fields; ``request`` is the request as it was verified.
    Raises CoverageFault, SignatureMissing (the request bears no signature), SignatureMalformed, BadTarget.
    """
    added = {"Content-Digest": parts.content_digest(body)}
    message = _response(status, _joined(headers, added), request)
    return added | _sign(message, _response_components(message, body), key=key, created=created, nonce=None)


def verify_response(
    *,
    status: int,
    headers: Mapping[str, str],
    body: bytes,
    request: Request,
    resolve: Resolve,
    at: datetime,
) -> Verified:
    """Who signed this answer to ``request`` (the request as sent, its signature fields included).

    Let ``resolve`` know only the keys of the peer that was asked. Raises as ``verify_request`` does.
    """
    message = _response(status, headers, request)
    return _verify(message, _response_components(message, body), body=body, resolve=resolve, at=at)


def _request_components(body: bytes) -> list[Component]:
    return _bare("@method", "@target-uri", "content-digest", *(["content-type"] if body else []))


def _response_components(message: Message, body: bytes) -> list[Component]:
    present = [name for name in OWL_FIELDS if parts.field(message.headers, name) is not None]
    covered = _bare("@status", "content-digest", *(["content-type"] if body else []), *present)
    return [*covered, *_REQUEST_PARTS]


def _bare(*names: str) -> list[Component]:
    return [(name, {}) for name in names]


def _response(status: int, headers: Mapping[str, str], request: Request) -> Message:
    asked = Message(headers=request.headers, method=_method(request.method), url=request.url)
    return Message(headers=headers, status=status, request=asked)


def _joined(headers: Mapping[str, str], added: dict[str, str]) -> dict[str, str]:
    replaced = {name.lower() for name in added} | {"signature", "signature-input"}
    return {name: value for name, value in headers.items() if name.lower() not in replaced} | added


def _sign(
    message: Message, covered: list[Component], *, key: SigningKey, created: datetime, nonce: str | None
) -> dict[str, str]:
    moment = int(created.timestamp())
    parameters: dict[str, Any] = {"created": moment, "expires": moment + int(MAX_AGE.total_seconds())}
    if nonce is not None:
        parameters["nonce"] = nonce
    parameters |= {"keyid": key.keyid, "tag": TAG}
    signature = key.sign(parts.signature_base(message, covered, parameters))
    return parts.write_fields(covered, parameters, signature)


def _verify(message: Message, expected: list[Component], *, body: bytes, resolve: Resolve, at: datetime) -> Verified:
    found = parts.read_fields(message.headers)
    _check_coverage(found.components, expected)
    verified = _read_parameters(found.parameters, answer=message.status is not None)
    key = resolve(verified.keyid)
    if key is None or key.keyid != verified.keyid:
        raise UnknownKey(
            f"The key {verified.keyid!r} is not one that is trusted here now.",
            part="keyid",
            remedy="Both administrators confirm the fingerprint, or the signer uses its present key.",
        )
    key.verify(found.signature, parts.signature_base(message, found.components, found.parameters))
    if parts.field(message.headers, "content-digest") != parts.content_digest(body):
        raise Tampered("The body is not the one that was signed.", part="content-digest")
    _check_time(verified, at)
    return verified


def _check_coverage(found: list[Component], expected: list[Component]) -> None:
    got, want = [parts.identity(one) for one in found], [parts.identity(one) for one in expected]
    if len(got) != len(want) or set(got) != set(want):
        names = ", ".join(name for name, _ in expected)
        raise CoverageFault(
            f"The signature must cover exactly: {names}.",
            part="signature-input",
            remedy="Sign the parts that docs/protocol.md lists for this message, and no other.",
        )


def _read_parameters(given: dict[str, Any], *, answer: bool) -> Verified:
    needed = {"created", "expires", "keyid", "tag"} | (set() if answer else {"nonce"})
    if not needed <= set(given) <= needed | {"alg"}:
        raise SignatureMalformed(f"The parameters must be {', '.join(sorted(needed))}.", part="signature-input")
    numbers = given["created"], given["expires"]
    texts = given["keyid"], given.get("nonce", "")
    if not all(type(one) is int for one in numbers) or not all(type(one) is str for one in texts):
        raise SignatureMalformed("A parameter of the signature has the wrong type.", part="signature-input")
    if given["tag"] != TAG or given.get("alg", "ed25519") != "ed25519":
        raise SignatureMalformed(f"The signature must say tag={TAG} and be made with Ed25519.", part="tag")
    if not 0 < numbers[1] - numbers[0] <= MAX_AGE.total_seconds() or not 0 < numbers[0] < 2**33:
        raise SignatureMalformed(
            f"The signature must expire after it was created and within {MAX_AGE.total_seconds():.0f} s.",
            part="expires",
        )
    nonce = "" if answer else _nonce(texts[1])
    created, expires = (datetime.fromtimestamp(one, UTC) for one in numbers)
    return Verified(keyid=texts[0], nonce=nonce, created=created, expires=expires)


def _check_time(verified: Verified, at: datetime) -> None:
    offset = (verified.created - at).total_seconds()
    if offset > MAX_SKEW.total_seconds():
        raise FromFuture(
            f"{verified.keyid} signed {offset:.0f} s in the future.",
            offset_seconds=offset,
            remedy="Compare both clocks with a time server (NTP).",
        )
    if at >= verified.expires:
        raise TooOld(
            f"{verified.keyid} signed {-offset:.0f} s ago, and the signature has expired.",
            offset_seconds=offset,
            remedy="Sign and send again; if that does not help, compare both clocks with a time server (NTP).",
        )


def _method(method: str) -> str:
    if not _METHOD.match(method):
        raise SignatureMalformed("The method must be written in capitals.", part="@method")
    return method


def _nonce(nonce: str) -> str:
    if not _NONCE.match(nonce):
        raise SignatureMalformed("The nonce must have 16 to 128 characters of base64url.", part="nonce")
    return nonce
