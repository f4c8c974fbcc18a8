"""Agreements: what both sides signed, byte for byte the same."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agreements.querysets import AgreementQuerySet
from apps.agreements.states import AgreementState, Role
from apps.core.models import Timestamped


class Agreement(Timestamped):
    """A concluded agreement. Immutable but for its end (database trigger); rows are never deleted.

    ``policy`` is the ODRL agreement verbatim and ``digest`` the SHA-256 of its canonical JSON: the peer holds the same.
    ``terms`` is its reading as ``policies.terms.Terms.to_mapping()``. ``expires_at`` follows from the policy alone, so
    both sides know the same moment.
    """

    uid = models.CharField(_("identifier"), max_length=255, unique=True)
    role = models.CharField(_("our role"), max_length=10, choices=Role.choices)
    peer = models.ForeignKey("peers.Peer", on_delete=models.PROTECT, related_name="agreements", verbose_name=_("peer"))
    negotiation = models.OneToOneField(
        "agreements.Negotiation",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contract",
        verbose_name=_("negotiation"),
    )
    dataset = models.ForeignKey(
        "catalogue.Dataset",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="agreements",
        verbose_name=_("own dataset"),
        help_text=_("Set where this node is the provider."),
    )
    dataset_identifier = models.CharField(_("dataset"), max_length=255, db_index=True)
    title = models.CharField(_("title"), max_length=500, blank=True, default="")
    policy = models.JSONField(_("policy (ODRL, verbatim)"))
    terms = models.JSONField(_("terms"))
    digest = models.CharField(_("digest"), max_length=80)
    purpose = models.CharField(_("purpose"), max_length=255, blank=True, default="")
    renews = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="renewed_by",
        verbose_name=_("renews"),
    )
    signed_at = models.DateTimeField(_("signed at"))
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True, db_index=True)
    state = models.CharField(
        _("state"), max_length=12, choices=AgreementState.choices, default=AgreementState.ACTIVE, db_index=True
    )
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)
    ended_by = models.CharField(_("ended by"), max_length=255, blank=True, default="")
    end_reason = models.TextField(_("reason of the end"), blank=True, default="")

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.dataset_identifier} · {self.peer} · {self.get_state_display()}"

    @property
    def uuid(self) -> UUID | None:
        """The UUID inside ``urn:uuid:…``; None where another connector chose a different kind of identifier."""
        try:
            return UUID(self.uid.removeprefix("urn:uuid:"))
        except ValueError:
            return None
