"""What policies say, as terms this node understands; unknown words fail closed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.policies import odrl
from apps.policies.errors import PolicyError
from apps.policies.terms import Terms


@dataclass(frozen=True)
class Reading:
    """What a signed policy says: its terms, when it was signed and when it runs out (aware UTC; None: never)."""

    terms: Terms
    signed_at: datetime
    expires_at: datetime | None


def read(policy: Mapping[str, Any]) -> Reading:
    """Terms and times of a signed policy, from its text alone, so that both sides read the same.

    Raises Invalid for terms this node does not know and for a moment of signing without a time zone.
    """
    terms = offered(policy)
    try:
        signed_at = parse_datetime(str(policy["timestamp"]))
    except ValueError:
        signed_at = None
    if signed_at is None or signed_at.tzinfo is None:
        raise Invalid(_("The moment of signing cannot be read, or lacks its time zone."), part="agreement.timestamp")
    try:
        return Reading(terms, signed_at, terms.expiry(signed_at))
    except OverflowError as error:
        raise Invalid(_("The agreement would last beyond the calendar."), part="agreement.validFor") from error


def offered(policy: Mapping[str, Any]) -> Terms:
    """The terms of an offer or agreement. Raises Invalid for terms this node does not know."""
    try:
        return odrl.from_odrl(dict(policy))
    except PolicyError as error:
        raise Invalid(
            _("These terms are not understood: %s") % error, code="unknown-terms", part=error.part, remedy=error.remedy
        ) from error
