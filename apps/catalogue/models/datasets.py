"""Datasets and the datastreams they are made of."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.catalogue.querysets import DatasetQuerySet
from apps.catalogue.types import IDENTIFIER, URI, Sensitivity
from apps.core import languages
from apps.core.models import Timestamped


class Dataset(Timestamped):
    """What is released and agreed upon as one: some datastreams, described as DCAT describes a dataset.

    ``pull_dataset`` is what a peer holds by an agreement; the other permissions stand for the three signatures.
    """

    identifier = models.CharField(
        _("identifier"),
        max_length=100,
        unique=True,
        validators=[RegexValidator(IDENTIFIER, _("Lower-case letters, digits and hyphens only."))],
        help_text=_("Stays the same for ever: peers and open-data portals know the dataset by it."),
    )
    title_de = models.CharField(_("title (German)"), max_length=300)
    title_en = models.CharField(_("title (English)"), max_length=300, blank=True, default="")
    description_de = models.TextField(_("description (German)"), max_length=20_000, blank=True, default="")
    description_en = models.TextField(_("description (English)"), max_length=20_000, blank=True, default="")
    department = models.ForeignKey(
        "accounts.Department", on_delete=models.PROTECT, related_name="datasets", verbose_name=_("department")
    )
    sensitivity = models.CharField(_("sensitivity"), max_length=12, choices=Sensitivity.choices)
    licence = models.CharField(
        _("licence"), max_length=300, blank=True, default="", validators=[RegexValidator(URI)], help_text=_("A URI.")
    )
    attribution = models.CharField(_("attribution"), max_length=300, blank=True, default="")
    theme = models.CharField(
        _("theme"), max_length=20, blank=True, default="", help_text=_("A code of the EU data themes, such as ENVI.")
    )
    keywords = ArrayField(models.CharField(max_length=100), verbose_name=_("keywords"), blank=True, default=list)
    contact_email = models.EmailField(
        _("contact"), blank=True, default="", help_text=_("A functional mailbox, never that of a person.")
    )
    accrual = models.CharField(
        _("how often it grows"),
        max_length=40,
        blank=True,
        default="",
        help_text=_("A code of the EU frequencies, such as CONT or HOURLY."),
    )

    objects = DatasetQuerySet.as_manager()

    class Meta:
        verbose_name = _("dataset")
        verbose_name_plural = _("datasets")
        ordering: ClassVar[list[str]] = ["identifier"]
        permissions = (
            ("pull_dataset", "Can pull the data under an agreement"),
            ("prepare_dataset", "Can prepare terms as a steward"),
            ("release_dataset", "Can release terms as the owner"),
            ("gate_dataset", "Can sign terms as the gatekeeper"),
        )
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="catalogue_dataset_identifier",
                condition=models.Q(identifier__regex=r"^[a-z0-9][a-z0-9-]*$"),
            ),
            models.CheckConstraint(
                name="catalogue_dataset_sensitivity", condition=models.Q(sensitivity__in=Sensitivity.values)
            ),
        ]

    def __str__(self) -> str:
        return self.identifier

    @property
    def title(self) -> str:
        """The title in the reader's language; German where there is no other."""
        english = languages.current() == "en"
        return (english and self.title_en) or self.title_de

    @property
    def subject(self) -> str:
        """What the ledger calls it."""
        return f"dataset:{self.identifier}"


class DatasetMember(models.Model):
    """A datastream belongs to a dataset. Replicas only where their owner allows it, which a trigger enforces."""

    dataset = models.ForeignKey(
        Dataset, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("dataset")
    )
    datastream = models.ForeignKey(
        "sensors.Datastream", on_delete=models.CASCADE, related_name="memberships", verbose_name=_("datastream")
    )

    class Meta:
        verbose_name = _("member of a dataset")
        verbose_name_plural = _("members of datasets")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="catalogue_member_once", fields=["dataset", "datastream"]),
        ]

    def __str__(self) -> str:
        return f"{self.dataset_id} · {self.datastream_id}"
