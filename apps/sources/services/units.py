"""That a value lands only where its unit belongs."""

from __future__ import annotations

import math
import unicodedata

from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.sources.types import CONVERSIONS, Conversion, ConversionName

MAX_FACTOR = 1e12


def same(one: str, other: str) -> bool:
    """Whether two symbols mean the same unit: µ and μ, ℃ and °C are written alike; none and 1 are both no unit."""
    return _plain(one) == _plain(other)


def checked(*, unit: str, stored: str, conversion: str, factor: float = 1.0, offset: float = 0.0) -> Conversion:
    """The conversion from the unit as sent to the unit of the datastream.

    Raises Invalid (``unit-mismatch``) when the two do not fit together: a percentage never lands in a voltage column.
    """
    if conversion not in ConversionName.values:
        raise Invalid(_("There is no such conversion."), part="conversion", remedy=", ".join(ConversionName.values))
    if conversion == ConversionName.LINEAR:
        if not (math.isfinite(offset) and math.isfinite(factor) and 0 < abs(factor) <= MAX_FACTOR):
            raise Invalid(_("A factor is a finite number and not 0, an offset a finite number."), part="factor")
        return Conversion(unit, stored, factor, offset)
    named = CONVERSIONS.get(conversion, Conversion(unit, unit, 1.0))
    if not same(named.sent, unit) or not same(named.stored, stored):
        raise Invalid(
            _("The value is sent in “%(sent)s”, and the datastream is kept in “%(stored)s”.")
            % {"sent": unit, "stored": stored},
            code="unit-mismatch",
            part="unit",
            remedy=_("Choose a conversion that leads from the one to the other, or another datastream."),
        )
    return named


def _plain(unit: str) -> str:
    text = unicodedata.normalize("NFKC", unit).strip()
    return "" if text == "1" else text
