"""The thread with the requester and, in a table of its own, the notes that nobody outside ever sees."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core import clock
from apps.desk.models.requests import Request
from apps.desk.types import AuthorKind, MessageKind


class Message(models.Model):
    """One message of the thread; requester and desk read all of them."""

    uid = models.UUIDField(_("identifier"), default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="messages", verbose_name=_("request"))
    at = models.DateTimeField(_("at"), default=clock.now)
    author_kind = models.CharField(pgettext_lazy("author", "from"), max_length=8, choices=AuthorKind.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    kind = models.CharField(_("kind"), max_length=16, choices=MessageKind.choices, default=MessageKind.NOTE)
    body = models.TextField(_("text"), max_length=20_000)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering: ClassVar[list[str]] = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.request_id} · {self.get_kind_display()}"


class Note(models.Model):
    """An internal note. No page of the portal and no message to a peer reads this table."""

    request = models.ForeignKey(Request, on_delete=models.CASCADE, related_name="notes", verbose_name=_("request"))
    at = models.DateTimeField(_("at"), default=clock.now)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    body = models.TextField(_("text"), max_length=20_000)

    class Meta:
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering: ClassVar[list[str]] = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.request_id} · {self.author}"
