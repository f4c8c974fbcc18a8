"""What a citizen has written so far, between the steps: signed and carried by the form itself.

No session, no cookie of its own, no row and nothing in an address: whoever closes the page leaves nothing behind here.
"""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.core import signing

from apps.core import clock

SALT = "apps.portal.requests.draft"
OPEN_SECONDS = 24 * 3600
MOST = 12_000
TEXTS = (
    "subject",
    "description",
    "place",
    "period",
    "dataset_key",
    "requester_name",
    "requester_kind",
    "email",
    "postal_address",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The fields so far. ``key`` makes sending twice one request; ``since`` is when the form was opened (seconds)."""

    values: dict[str, str] = field(default_factory=dict)
    key: str = field(default_factory=lambda: str(uuid.uuid4()))
    since: float = field(default_factory=lambda: clock.now().timestamp())
    sum: tuple[int, int] = field(default_factory=lambda: (2 + secrets.randbelow(8), 2 + secrets.randbelow(8)))

    def with_values(self, given: dict[str, Any]) -> Draft:
        """The draft with these fields, shortened to what a form can hold; others stay."""
        kept = {name: str(value)[:MOST] for name, value in given.items() if name in TEXTS}
        return Draft(values=self.values | kept, key=self.key, since=self.since, sum=self.sum)

    def sealed(self) -> str:
        """The draft for a hidden field."""
        return signing.dumps([self.values, self.key, self.since, list(self.sum)], salt=SALT, compress=True)


def opened(sealed: str) -> Draft | None:
    """The draft in a hidden field; None where it is missing, older than a day or not ours."""
    try:
        values, key, since, numbers = signing.loads(sealed, salt=SALT, max_age=OPEN_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Draft(values=values, key=key, since=since, sum=(numbers[0], numbers[1]))
