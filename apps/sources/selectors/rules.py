"""Rules of plausibility, as people read them."""

from __future__ import annotations

from apps.sources.models import PlausibilityRule


def rule_of(observed_property_id: int) -> PlausibilityRule | None:
    """The rule that judges readings of this observed property, or None."""
    found: PlausibilityRule | None = PlausibilityRule.objects.filter(observed_property=observed_property_id).first()
    return found
