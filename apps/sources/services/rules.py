"""Rules of plausibility, set by people."""

from __future__ import annotations

import math

from django.db import transaction
from django.utils.translation import gettext as _

from apps.core.errors import Invalid
from apps.sensors.models import ObservedProperty
from apps.sources.models import PlausibilityRule
from apps.sources.services.plausibility import rules


def set_rule(
    *,
    observed_property: ObservedProperty,
    minimum: float | None = None,
    maximum: float | None = None,
    max_jump: float | None = None,
    jump_seconds: int = 3600,
    stuck_readings: int | None = None,
    stuck_seconds: int | None = None,
    enabled: bool = True,
) -> PlausibilityRule:
    """Set the rule of an observed property, in place of the one before. Readings that are stored stay as they are.

    Raises Invalid for a rule that nothing or everything breaks.
    """
    check_rule(
        minimum=minimum,
        maximum=maximum,
        max_jump=max_jump,
        jump_seconds=jump_seconds,
        stuck_readings=stuck_readings,
        stuck_seconds=stuck_seconds,
    )
    rule, _made = PlausibilityRule.objects.update_or_create(
        observed_property=observed_property,
        defaults={
            "minimum": minimum,
            "maximum": maximum,
            "max_jump": max_jump,
            "jump_seconds": jump_seconds,
            "stuck_readings": stuck_readings,
            "stuck_seconds": stuck_seconds,
            "enabled": enabled,
        },
    )
    _renew()
    return rule


def remove_rule(*, rule: PlausibilityRule) -> None:
    """Judge this observed property no more."""
    PlausibilityRule.objects.filter(pk=rule.pk).delete()
    _renew()


def check_rule(
    *,
    minimum: float | None,
    maximum: float | None,
    max_jump: float | None,
    jump_seconds: int | None,
    stuck_readings: int | None,
    stuck_seconds: int | None,
) -> None:
    """Raises Invalid, naming the part, for a rule that nothing or everything would break."""
    for part, value in (("minimum", minimum), ("maximum", maximum), ("max_jump", max_jump)):
        if value is not None and not math.isfinite(value):
            raise Invalid(_("Limits are finite numbers."), part=part)
    if minimum is not None and maximum is not None and minimum > maximum:
        raise Invalid(_("The lowest value lies above the highest."), part="minimum")
    if max_jump is not None and max_jump <= 0:
        raise Invalid(_("The greatest change is more than 0."), part="max_jump")
    if jump_seconds == 0 or stuck_seconds == 0:
        raise Invalid(_("A time is at least a second."), part="jump_seconds")
    if stuck_readings is not None and stuck_readings < 2:
        raise Invalid(_("At least two readings can be the same."), part="stuck_readings")


def _renew() -> None:
    """At once for this transaction, and once more when others can see it."""
    rules.forget()
    transaction.on_commit(rules.forget)
