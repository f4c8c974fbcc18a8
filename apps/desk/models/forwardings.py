"""Requests that another city answers: the hand-over, the letters between the nodes, the files to fetch."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import clock
from apps.core.models import Duty
from apps.desk.models.requests import Request
from apps.desk.types import Direction, ForwardingState


class Forwarding(models.Model):
    """One hand-over, seen from this side. ``uid`` is its name between the two nodes, the same for both.

    ``direct``: the requester wants the answer from the other city itself, so that city got the address.
    """

    uid = models.UUIDField(_("identifier"), default=uuid.uuid4, editable=False)
    request = models.ForeignKey(
        Request, on_delete=models.CASCADE, related_name="forwardings", verbose_name=_("request")
    )
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices)
    peer = models.ForeignKey("peers.Peer", on_delete=models.PROTECT, related_name="+", verbose_name=_("other city"))
    state = models.CharField(_("state"), max_length=10, choices=ForwardingState.choices)
    direct = models.BooleanField(_("answered directly"), default=False)
    reason = models.TextField(_("reason"), max_length=2_000, blank=True, default="")
    peer_case = models.CharField(_("case number there"), max_length=20, blank=True, default="")
    proposed_at = models.DateTimeField(_("proposed at"), default=clock.now)
    consented_at = models.DateTimeField(_("answered by the requester at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    class Meta:
        verbose_name = _("forwarding")
        verbose_name_plural = _("forwardings")
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="desk_forwarding_once", fields=["peer", "uid", "direction"]),
            models.UniqueConstraint(
                name="desk_one_live_forwarding",
                fields=["request", "direction"],
                condition=models.Q(ended_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id} · {self.peer} · {self.get_state_display()}"


class PeerLetter(Duty):
    """A message to the other node, kept until it is acknowledged; then its content is emptied.

    Letters of one forwarding go out in the order of their ids.
    """

    forwarding = models.ForeignKey(
        Forwarding, on_delete=models.CASCADE, related_name="letters", verbose_name=_("forwarding")
    )
    kind = models.CharField(_("message"), max_length=40)
    body = models.JSONField(_("content"), default=dict)
    created_at = models.DateTimeField(_("created at"), default=clock.now)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    refused_at = models.DateTimeField(_("refused at"), null=True, blank=True)

    class Meta:
        verbose_name = _("letter to another city")
        verbose_name_plural = _("letters to other cities")
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.forwarding_id} · {self.kind}"


class FileFetch(Duty):
    """A file of the other city's answer that is still to be fetched from there."""

    forwarding = models.ForeignKey(
        Forwarding, on_delete=models.CASCADE, related_name="fetches", verbose_name=_("forwarding")
    )
    remote_uid = models.UUIDField(_("identifier there"))
    name = models.CharField(_("file name"), max_length=150)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    class Meta:
        verbose_name = _("file to fetch")
        verbose_name_plural = _("files to fetch")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="desk_file_fetched_once", fields=["forwarding", "remote_uid"]),
        ]

    def __str__(self) -> str:
        return f"{self.forwarding_id} · {self.name}"
