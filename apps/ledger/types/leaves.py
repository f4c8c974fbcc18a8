"""How an entry becomes the bytes that are hashed: canonical JSON (RFC 8785) of everything it says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785

from apps.core.errors import Invalid
from apps.ledger.types.kinds import Kind
from apps.ledger.types.payloads import MAX_SAFE_INTEGER, Payload

VERSION = 1


@dataclass(frozen=True)
class NewEntry:
    """An entry to be: what ``append_many`` takes."""

    kind: Kind | str
    subject: str
    payload: Mapping[str, Any] | Payload


def encode(*, index: int, at: datetime, kind: str, subject: str, payload: Mapping[str, Any]) -> bytes:
    """The leaf of an entry: one JSON object with at, index, kind, payload, subject, version, in RFC 8785 form.

    ``at`` is written in UTC with six digits and Z. Raises Invalid for a naive time or a value that JSON cannot hold
    exactly: non-finite numbers, integers beyond 2^53 - 1, characters that are no Unicode.
    """
    if at.tzinfo is None:
        raise Invalid("the time of a ledger entry needs a time zone", code="ledger-time", part="at")
    _require_exact(payload)
    record: dict[str, Any] = {
        "at": at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "index": index,
        "kind": str(kind),
        "payload": dict(payload),
        "subject": subject,
        "version": VERSION,
    }
    try:
        return rfc8785.dumps(record)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise Invalid(f"a ledger entry cannot hold this: {error}", code="ledger-payload", part="payload") from error


def _require_exact(value: object) -> None:
    """Refuse what the database would give back differently from how it was hashed."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _require_exact(key)
            _require_exact(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            _require_exact(inner)
    elif isinstance(value, float) and not (math.isfinite(value) and abs(value) <= MAX_SAFE_INTEGER):
        raise Invalid("a ledger entry holds finite numbers up to 2^53 only", code="ledger-payload", part="payload")
    elif isinstance(value, str) and "\x00" in value:
        raise Invalid("a ledger entry holds no NUL characters", code="ledger-payload", part="payload")
