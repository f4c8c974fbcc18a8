"""What stays when a request is erased: numbers without a person, and what was published with consent."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.desk.models.requests import Request
from apps.desk.states import Resolution
from apps.desk.types import Law


class OutcomeRecord(models.Model):
    """One closed request as statistics count it: nothing leads back to the request or to a person."""

    year = models.PositiveSmallIntegerField(_("year of receipt"), db_index=True)
    law = models.CharField(_("law"), max_length=4, choices=Law.choices, blank=True, default="")
    resolution = models.CharField(_("result"), max_length=12, choices=Resolution.choices)
    grounds = ArrayField(models.CharField(max_length=40), verbose_name=_("grounds"), default=list, blank=True)
    days = models.PositiveIntegerField(_("days until the decision"), null=True, blank=True)
    in_time = models.BooleanField(_("in time"), null=True, blank=True)
    extended = models.BooleanField(_("deadline extended"), default=False)
    forwarded = models.BooleanField(_("forwarded"), default=False)
    fee_cents = models.PositiveIntegerField(_("fee in cents"), default=0)

    class Meta:
        verbose_name = _("outcome for statistics")
        verbose_name_plural = _("outcomes for statistics")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.year} · {self.get_resolution_display()}"


class RegisterEntry(models.Model):
    """An answered request in the public register: written by staff without any person, with the requester's consent.

    It outlives the request, whose row is forgotten here when it is erased.
    """

    request = models.OneToOneField(
        Request,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="register_entry",
        verbose_name=_("request"),
    )
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("summary"), max_length=2_000)
    law = models.CharField(_("law"), max_length=4, choices=Law.choices)
    resolution = models.CharField(_("result"), max_length=12, choices=Resolution.choices)
    decided_on = models.DateField(_("decided on"))
    dataset_key = models.CharField(_("dataset"), max_length=300, blank=True, default="")
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("published by")
    )

    class Meta:
        verbose_name = _("entry of the public register")
        verbose_name_plural = _("entries of the public register")
        ordering: ClassVar[list[str]] = ["-decided_on", "-id"]

    def __str__(self) -> str:
        return self.title
