"""What happened to a request and to its deadline, in order; never changed, erased with the request."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.desk.models.requests import Request
from apps.desk.states import Actor
from apps.desk.types import DeadlineChangeKind


class HistoryEntry(models.Model):
    """One act on a request: who did it, and from which status to which."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="history", verbose_name=_("request"))
    at = models.DateTimeField(_("at"), default=clock.now)
    act = models.CharField(_("act"), max_length=24)
    by_kind = models.CharField(_("by"), max_length=8, choices=Actor.choices)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    from_status = models.CharField(_("before"), max_length=16, blank=True, default="")
    to_status = models.CharField(_("after"), max_length=16, blank=True, default="")

    class Meta:
        verbose_name = _("step of a request")
        verbose_name_plural = _("steps of requests")
        ordering: ClassVar[list[str]] = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.request_id} · {self.act}"


class DeadlineChange(models.Model):
    """One change of a deadline with its reason, which the requester reads, too."""

    request = models.ForeignKey(
        Request, on_delete=models.CASCADE, related_name="deadline_changes", verbose_name=_("request")
    )
    at = models.DateTimeField(_("at"), default=clock.now)
    kind = models.CharField(_("why"), max_length=12, choices=DeadlineChangeKind.choices)
    reason = models.TextField(_("reason"), max_length=2_000, blank=True, default="")
    due_before = models.DateField(_("due before"), null=True, blank=True)
    due_after = models.DateField(_("due afterwards"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )

    class Meta:
        verbose_name = _("change of a deadline")
        verbose_name_plural = _("changes of deadlines")
        ordering: ClassVar[list[str]] = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.request_id} · {self.get_kind_display()} · {self.due_after}"
