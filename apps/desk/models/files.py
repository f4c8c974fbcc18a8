"""Files that belong to a request. The bytes lie under opaque names in the node's folder of files."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core import clock
from apps.desk.models.requests import Request
from apps.desk.models.thread import Message
from apps.desk.types import AuthorKind, ScanResult


class Attachment(models.Model):
    """One file as it is kept: checked, without its metadata. ``uid`` is its name on disk and in addresses.

    ``shown`` says whether the requester may load it. ``redacted_at`` is when a redacted version took the place of what
    was here before – those bytes are destroyed then, not hidden.
    """

    uid = models.UUIDField(_("identifier"), unique=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="files", verbose_name=_("request"))
    message = models.ForeignKey(
        Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="files", verbose_name=_("message")
    )
    author_kind = models.CharField(pgettext_lazy("author", "from"), max_length=8, choices=AuthorKind.choices)
    name = models.CharField(_("file name"), max_length=150)
    media_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    scan = models.CharField(_("malware check"), max_length=12, choices=ScanResult.choices, default=ScanResult.UNSCANNED)
    shown = models.BooleanField(_("the requester may see it"), default=False)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    redacted_at = models.DateTimeField(_("redacted at"), null=True, blank=True)

    class Meta:
        verbose_name = _("file")
        verbose_name_plural = _("files")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.request_id} · {self.name}"


class DoomedFile(models.Model):
    """A file on disk whose row is gone: it is removed after the commit, and by the tick should that fail."""

    uid = models.UUIDField(_("identifier"), unique=True)
    since = models.DateTimeField(_("since"), default=clock.now)

    class Meta:
        verbose_name = _("file to destroy")
        verbose_name_plural = _("files to destroy")

    def __str__(self) -> str:
        return str(self.uid)
