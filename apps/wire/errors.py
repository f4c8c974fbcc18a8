"""Everything that can be wrong with what a peer sent, each with a type of its own.

WireError
├── Malformed (400) ── BadJson, BadKey, BadDid, BadTarget, BadCursor, BadPage, BadMessage, BadRows
├── PageTooLarge (413)
├── SignatureFault (401)
│     SignatureMissing, SignatureMalformed, CoverageFault, Tampered, UnknownKey
└── ClockFault (401, a ``core`` ClockSkew) ── TooOld, FromFuture

``ClockFault`` stands beside ``SignatureFault``, not below it: a wrong clock is an operator's problem with
an operator's remedy and must never be mistaken for an attack. It is raised only after the signature itself
has been found good, so its offset is the signer's own word.
"""

from __future__ import annotations

from apps.core.errors import ClockSkew, Invalid, OwlError, TooLarge, Unauthenticated


class WireError(OwlError):
    """Root of all errors of this package."""

    default_code = "wire-error"


class Malformed(WireError, Invalid):
    """It does not have the form the protocol prescribes."""

    default_code = "malformed"


class BadJson(Malformed):
    """Not I-JSON (RFC 7493), or not representable in canonical JSON (RFC 8785)."""

    default_code = "bad-json"


class BadKey(Malformed):
    """Not an Ed25519 key, or one of the few that verify anything."""

    default_code = "bad-key"


class BadDid(Malformed):
    """Not a ``did:web`` identifier or document of this profile."""

    default_code = "bad-did"


class BadTarget(Malformed):
    """A target URI that two parties could spell differently."""

    default_code = "bad-target"


class BadCursor(Malformed):
    """Not a cursor this node gave out."""

    default_code = "bad-cursor"


class BadPage(Malformed):
    """Not a page: wrong container, wrong schema, impossible values, wrong order."""

    default_code = "bad-page"


class BadMessage(Malformed):
    """Not a message or envelope of the protocol."""

    default_code = "bad-message"


class BadRows(Malformed):
    """Columns that no page and no digest can be made of; a fault of the caller."""

    default_code = "bad-rows"


class PageTooLarge(WireError, TooLarge):
    """More bytes or rows than the reader allows, found before anything was unpacked."""

    default_code = "page-too-large"


class SignatureFault(WireError, Unauthenticated):
    """The message is not proven to come from who it says."""

    default_code = "signature-fault"


class SignatureMissing(SignatureFault):
    """No signature of this profile."""

    default_code = "signature-missing"


class SignatureMalformed(SignatureFault):
    """Signature fields that cannot be read, or parameters outside the profile."""

    default_code = "signature-malformed"


class CoverageFault(SignatureFault):
    """The signature covers less, or other, than the profile demands of this message."""

    default_code = "signature-coverage"


class Tampered(SignatureFault):
    """The signature or the digest does not match what arrived."""

    default_code = "tampered"


class UnknownKey(SignatureFault):
    """The key id resolves to no key that is trusted now."""

    default_code = "unknown-key"


class ClockFault(WireError, ClockSkew):
    """Rightly signed, but at a time that cannot be now; ``offset_seconds`` is the signer's clock minus ours."""

    default_code = "clock-skew"


class TooOld(ClockFault):
    """Signed longer ago than the profile allows: a late or repeated message, or a slow clock."""

    default_code = "signature-too-old"


class FromFuture(ClockFault):
    """Signed in what is still the future here: the signer's clock is fast, or ours is slow."""

    default_code = "signature-from-future"
