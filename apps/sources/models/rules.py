"""What is plausible, per observed property."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.sensors.models import ObservedProperty


class PlausibilityRule(Timestamped):
    """Values outside it are stored with a doubt, never dropped. Empty parts judge nothing.

    Range: ``minimum`` to ``maximum``, both allowed. Jump: within ``jump_seconds`` the value changes by ``max_jump`` at
    most, over longer gaps in proportion. Stuck: the same value for ``stuck_readings`` readings in a row and (where both
    are given) for ``stuck_seconds``.
    """

    observed_property = models.OneToOneField(
        ObservedProperty, on_delete=models.CASCADE, related_name="+", verbose_name=_("observed property")
    )
    enabled = models.BooleanField(_("switched on"), default=True)
    minimum = models.FloatField(_("lowest value"), null=True, blank=True)
    maximum = models.FloatField(_("highest value"), null=True, blank=True)
    max_jump = models.FloatField(_("greatest change"), null=True, blank=True)
    jump_seconds = models.PositiveIntegerField(_("within seconds"), default=3600)
    stuck_readings = models.PositiveIntegerField(_("stuck after readings"), null=True, blank=True)
    stuck_seconds = models.PositiveIntegerField(_("stuck after seconds"), null=True, blank=True)

    class Meta:
        verbose_name = _("plausibility rule")
        verbose_name_plural = _("plausibility rules")
        ordering: ClassVar[list[str]] = ["observed_property"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="sources_rule_range",
                condition=Q(minimum__isnull=True) | Q(maximum__isnull=True) | Q(minimum__lte=F("maximum")),
            ),
            models.CheckConstraint(name="sources_rule_jump", condition=Q(max_jump__isnull=True) | Q(max_jump__gt=0)),
            models.CheckConstraint(name="sources_rule_jump_seconds", condition=Q(jump_seconds__gt=0)),
            models.CheckConstraint(
                name="sources_rule_stuck", condition=Q(stuck_readings__isnull=True) | Q(stuck_readings__gte=2)
            ),
        ]

    def __str__(self) -> str:
        return str(self.observed_property)
