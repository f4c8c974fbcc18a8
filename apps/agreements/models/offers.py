"""Offers: released terms of a dataset, put before peers."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agreements.querysets import OfferQuerySet
from apps.agreements.types import OfferState
from apps.core import clock
from apps.core.models import Timestamped


class Offer(Timestamped):
    """One dataset under one released version of its terms. Immutable but for being closed (database trigger)."""

    uid = models.CharField(_("identifier"), max_length=60, unique=True, editable=False)
    dataset = models.ForeignKey(
        "catalogue.Dataset", on_delete=models.PROTECT, related_name="offers", verbose_name=_("dataset")
    )
    terms_version = models.ForeignKey(
        "catalogue.TermsVersion", on_delete=models.PROTECT, related_name="offers", verbose_name=_("terms")
    )
    target = models.CharField(_("dataset identifier on the wire"), max_length=255, db_index=True, editable=False)
    policy = models.JSONField(_("policy (ODRL, verbatim)"), editable=False)
    standing = models.BooleanField(
        _("standing"),
        default=True,
        help_text=_("A standing offer is granted at once to whoever asks; any other waits for an owner's decision."),
    )
    audience = models.ManyToManyField(
        "peers.Peer",
        blank=True,
        related_name="offers",
        verbose_name=_("audience"),
        help_text=_("Empty: every trusted peer."),
    )
    state = models.CharField(_("state"), max_length=10, choices=OfferState.choices, default=OfferState.OPEN)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    published_at = models.DateTimeField(_("published at"), default=clock.now)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.dataset} · {self.get_state_display()}"
