"""Decisions with their two signatures, fees, and hearings of third parties."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.desk.models.requests import LANGUAGES, Request
from apps.desk.states import Resolution
from apps.desk.types import DecisionState, FeeState, Law, LegalPart, legal_parts


class Decision(models.Model):
    """A decision as prepared by one person; where it refuses anything, final only with another person's signature.

    ``text`` is in ``language`` alone. ``grounds`` are codes of the law table. ``remedy`` is the legal-remedy block as
    it was sent, in German, which binds; ``remedy_english`` its translation as it was shown beside it.
    """

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="decisions", verbose_name=_("request"))
    law = models.CharField(_("law"), max_length=4, choices=Law.choices)
    resolution = models.CharField(_("result"), max_length=12, choices=Resolution.choices)
    text = models.TextField(_("text"), max_length=20_000)
    language = models.CharField(_("language of the text"), max_length=2, choices=LANGUAGES, default="de")
    grounds = ArrayField(models.CharField(max_length=40), verbose_name=_("grounds"), default=list, blank=True)
    remedy = models.TextField(_("legal remedy"), blank=True, default="")
    remedy_english = models.TextField(_("legal remedy, translated"), blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=DecisionState.choices, default=DecisionState.DRAFT)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("prepared by")
    )
    prepared_at = models.DateTimeField(_("prepared at"), default=clock.now)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second signature"),
    )
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    objection = models.TextField(_("why it was sent back"), max_length=2_000, blank=True, default="")

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="desk_two_people_refuse", condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("prepared_by"))
            ),
            models.CheckConstraint(
                name="desk_no_refusal_without_second_signature",
                condition=~Q(state=DecisionState.FINAL)
                | ~Q(resolution__in=[Resolution.REFUSED, Resolution.PARTLY])
                | Q(signed_by__isnull=False),
            ),
            models.UniqueConstraint(
                name="desk_one_live_decision", fields=["request"], condition=~Q(state=DecisionState.SENT_BACK)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} · {self.get_resolution_display()}"

    def legal_parts(self, *, english: bool) -> tuple[LegalPart, ...]:
        """Grounds and remedy in German, which binds, and with ``english`` in a translation below it."""
        translated = self.remedy_english if english else None
        return legal_parts(law=self.law, codes=self.grounds, remedy=self.remedy, english=translated)


class Fee(models.Model):
    """A fee: estimated, agreed to or declined by the requester, charged with the decision. Amounts in cents."""

    request = models.OneToOneField(Request, on_delete=models.CASCADE, related_name="fee", verbose_name=_("request"))
    cents = models.PositiveIntegerField(_("amount in cents"))
    reason = models.TextField(_("reason"), max_length=2_000)
    state = models.CharField(_("state"), max_length=10, choices=FeeState.choices, default=FeeState.ESTIMATED)
    estimated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("estimated by")
    )
    estimated_at = models.DateTimeField(_("estimated at"), default=clock.now)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True)
    charged_cents = models.PositiveIntegerField(_("charged in cents"), null=True, blank=True)

    class Meta:
        verbose_name = _("fee")
        verbose_name_plural = _("fees")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="desk_never_more_than_estimated",
                condition=Q(charged_cents__isnull=True) | Q(charged_cents__lte=F("cents")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} · {self.cents / 100:.2f}"

    @property
    def owed_cents(self) -> int:
        """What is charged, or what was estimated while nothing is."""
        charged = self.charged_cents if self.state == FeeState.CHARGED else None
        return self.cents if charged is None else charged


class Hearing(models.Model):
    """A third party whose secrets or personal data are concerned is asked before it is decided."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="hearings", verbose_name=_("request"))
    party = models.CharField(_("third party"), max_length=300)
    question = models.TextField(_("question"), max_length=5_000)
    due_on = models.DateField(_("answer expected by"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked at"), default=clock.now)
    answer = models.TextField(_("answer"), max_length=5_000, blank=True, default="")
    agrees = models.BooleanField(_("agrees"), null=True, blank=True)
    concluded_at = models.DateTimeField(_("concluded at"), null=True, blank=True)

    class Meta:
        verbose_name = _("hearing of a third party")
        verbose_name_plural = _("hearings of third parties")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.request_id} · {self.due_on}"
