"""Versions of terms and the signatures under them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.catalogue.models.datasets import Dataset
from apps.catalogue.querysets import TermsVersionQuerySet
from apps.catalogue.states import TermsState
from apps.catalogue.types import SignatureRole
from apps.core import clock
from apps.core.models import Timestamped


class TermsVersion(Timestamped):
    """One version of a dataset's terms; once prepared only its state moves, and only forwards (database trigger).

    ``terms`` is ``policies.terms.Terms.to_mapping()`` and ``digest`` the SHA-256 of its canonical JSON.
    ``override_reason`` says why the class's minimum was left, '' where it was kept.
    """

    dataset = models.ForeignKey(
        Dataset, on_delete=models.PROTECT, related_name="terms_versions", verbose_name=_("dataset")
    )
    number = models.PositiveIntegerField(_("number"))
    terms = models.JSONField(_("terms"))
    digest = models.CharField(_("digest"), max_length=80)
    override_reason = models.TextField(_("reason for finer terms than the class allows"), blank=True, default="")
    state = models.CharField(_("state"), max_length=12, choices=TermsState.choices, default=TermsState.DRAFT)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    ended_at = models.DateTimeField(_("superseded or withdrawn at"), null=True, blank=True)

    objects = TermsVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of terms")
        verbose_name_plural = _("versions of terms")
        ordering: ClassVar[list[str]] = ["dataset", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="catalogue_terms_number", fields=["dataset", "number"]),
            models.CheckConstraint(name="catalogue_terms_state", condition=Q(state__in=TermsState.values)),
            models.UniqueConstraint(
                name="catalogue_one_in_force", fields=["dataset"], condition=Q(state=TermsState.RELEASED)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dataset} v{self.number}"


class ReleaseSignature(models.Model):
    """Somebody signed a version in one role; nobody signs twice. ``commitment`` stands for the person in the ledger."""

    terms_version = models.ForeignKey(
        TermsVersion, on_delete=models.CASCADE, related_name="signatures", verbose_name=_("version of terms")
    )
    role = models.CharField(_("role"), max_length=12, choices=SignatureRole.choices)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    signed_at = models.DateTimeField(_("signed at"), default=clock.now)
    commitment = models.CharField(_("commitment"), max_length=80, editable=False)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering: ClassVar[list[str]] = ["signed_at", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="catalogue_nobody_signs_twice", fields=["terms_version", "user"]),
            models.UniqueConstraint(name="catalogue_one_signature_per_role", fields=["terms_version", "role"]),
            models.CheckConstraint(name="catalogue_signature_role", condition=Q(role__in=SignatureRole.values)),
        ]

    def __str__(self) -> str:
        return f"{self.terms_version} · {self.get_role_display()}"
