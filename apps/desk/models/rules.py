"""What a city can set itself: text templates and how long closed requests are kept."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import languages
from apps.desk.states import Resolution
from apps.desk.types import Law, TemplateUse


class TextTemplate(models.Model):
    """A text to start from, in both languages. ``law`` empty: under either law. Placeholders: see docs/desk.md."""

    key = models.SlugField(_("key"), max_length=60, unique=True)
    use = models.CharField(_("offered for"), max_length=16, choices=TemplateUse.choices, db_index=True)
    law = models.CharField(_("law"), max_length=4, choices=Law.choices, blank=True, default="")
    title_de = models.CharField(_("title (German)"), max_length=120)
    title_en = models.CharField(_("title (English)"), max_length=120)
    body_de = models.TextField(_("text (German)"), max_length=10_000)
    body_en = models.TextField(_("text (English)"), max_length=10_000)

    class Meta:
        verbose_name = _("text template")
        verbose_name_plural = _("text templates")
        ordering: ClassVar[list[str]] = ["use", "key"]

    def __str__(self) -> str:
        return self.title_en if languages.current() == "en" else self.title_de


class RetentionRule(models.Model):
    """How many days a closed request is kept, by what came of it."""

    resolution = models.CharField(_("result"), max_length=12, choices=Resolution.choices, unique=True)
    days = models.PositiveIntegerField(_("days"), validators=[MinValueValidator(1)])

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")
        ordering: ClassVar[list[str]] = ["resolution"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(name="desk_retention_days", condition=models.Q(days__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.get_resolution_display()} · {self.days}"
