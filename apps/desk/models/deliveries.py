"""How the information reached the requester."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.desk.models.files import Attachment
from apps.desk.models.requests import Request
from apps.desk.types import DeliveryKind


class Delivery(models.Model):
    """One delivery: a file with an expiry after which it is destroyed, or the way to a dataset (``dataset_key``)."""

    uid = models.UUIDField(_("identifier"), unique=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("request"))
    kind = models.CharField(_("kind"), max_length=12, choices=DeliveryKind.choices)
    title = models.CharField(_("title"), max_length=200)
    file = models.ForeignKey(
        Attachment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    dataset_key = models.CharField(_("dataset"), max_length=300, blank=True, default="")
    expires_at = models.DateTimeField(_("available until"), null=True, blank=True, db_index=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("delivered by"),
    )

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.request_id} · {self.title}"
