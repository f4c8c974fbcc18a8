"""What the public pages show on purpose: chosen sensors, and how often pages were looked at."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core import languages


class Exhibit(models.Model):
    """A sensor chosen for the page "Sensors to touch", with one plain sentence of what it measures.

    That it is chosen gives nobody a right to see it: the page shows what ``holdings`` shows to everybody.
    """

    datastream = models.OneToOneField(
        "sensors.Datastream", on_delete=models.CASCADE, related_name="exhibit", verbose_name=_("datastream")
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    sentence_de = models.CharField(
        _("what it measures (German)"), max_length=300, help_text=_("One plain sentence, for people in the courtyard.")
    )
    sentence_en = models.CharField(_("what it measures (English)"), max_length=300, blank=True, default="")
    is_shown = models.BooleanField(_("shown"), default=True)

    class Meta:
        verbose_name = _("chosen sensor")
        verbose_name_plural = _("chosen sensors")
        ordering: ClassVar[list[str]] = ["position", "id"]

    def __str__(self) -> str:
        return self.sentence_de

    @property
    def sentence(self) -> str:
        """The sentence in the reader's language; German where there is no other."""
        english = languages.current() == "en"
        return (english and self.sentence_en) or self.sentence_de


class Visits(models.Model):
    """How often pages of one kind were looked at on one day. Nothing about who looked is known, so nothing is kept."""

    day = models.DateField(_("day"))
    page = models.CharField(_("kind of page"), max_length=40)
    count = models.PositiveIntegerField(_("views"), default=0)

    class Meta:
        verbose_name = _("page views of a day")
        verbose_name_plural = _("page views")
        ordering: ClassVar[list[str]] = ["-day", "page"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(name="catalogue_visits_once", fields=["day", "page"]),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.page}: {self.count}"
