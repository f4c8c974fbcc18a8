"""Emails still to be sent, and those that were."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.models import Duty
from apps.desk.models.requests import Request
from apps.desk.types import MailKind


class Mail(Duty):
    """One email to the requester. Neither text nor address is kept: both are made at sending from the request."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="mails", verbose_name=_("request"))
    kind = models.CharField(_("kind"), max_length=10, choices=MailKind.choices)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    dropped_at = models.DateTimeField(_("dropped at"), null=True, blank=True)

    class Meta:
        verbose_name = _("email")
        verbose_name_plural = _("emails")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.request_id} · {self.get_kind_display()}"
