"""Tables that were uploaded: kept until they are imported."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.sources.models.sources import Source


class TableUpload(models.Model):
    """A CSV file on its way: previewed, then imported; after that its content is dropped and its account kept."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="uploads", verbose_name=_("source"))
    name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField(_("content"), editable=False)
    uploaded_at = models.DateTimeField(_("uploaded at"), default=clock.now)
    imported_at = models.DateTimeField(_("imported at"), null=True, blank=True)
    account = models.JSONField(_("account"), default=dict, blank=True)

    class Meta:
        verbose_name = _("uploaded table")
        verbose_name_plural = _("uploaded tables")
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return self.name
