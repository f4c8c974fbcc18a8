"""Sources, and hour by hour what came from them."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Timestamped
from apps.sources.types import Format, Transport, scope_of, source_name

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*\Z"


class Source(Timestamped):
    """One way in from the field. Its secrets are API tokens with the scope ``ingest:source:<slug>``, of its own
    principal.

    A source is switched off, never deleted: a token that outlives it must not open another of the same name.
    """

    slug = models.CharField(_("short name"), max_length=40, unique=True, validators=[RegexValidator(SLUG)])
    name = models.CharField(_("name"), max_length=200)
    format = models.CharField(_("format"), max_length=20, choices=Format.choices)
    transport = models.CharField(_("way"), max_length=10, choices=Transport.choices, default=Transport.WEBHOOK)
    enabled = models.BooleanField(_("switched on"), default=True)
    learning = models.BooleanField(
        _("learning"), default=True, help_text=_("Unknown devices and keys are listed, so that a person can map them.")
    )
    direct_prefix = models.TextField(
        _("may name datastreams"),
        blank=True,
        default="",
        help_text=_(
            "Only for SensorThings: own datastreams whose external key begins with this may be named directly; "
            "* means all of them, empty none."
        ),
    )
    options = models.JSONField(_("options"), blank=True, default=dict)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True, editable=False)
    last_error = models.TextField(_("last error"), blank=True, default="", editable=False)
    last_error_at = models.DateTimeField(_("last error at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering: ClassVar[list[str]] = ["slug"]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> str:
        """The scope its tokens carry."""
        return scope_of(self.slug)

    @property
    def takes_tokens(self) -> bool:
        """Whether something sends to it by itself; tables are uploaded by people."""
        return self.format != Format.CSV

    @property
    def batch_source(self) -> str:
        """What batches and quarantine rows call it."""
        return source_name(self.slug)


class SourceHour(models.Model):
    """What one source sent in one hour (UTC): the counts of ``types.Taken``, and calls that could not be read."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="hours", verbose_name=_("source"))
    hour = models.DateTimeField(_("hour"))
    uplinks = models.BigIntegerField(_("messages"), default=0)
    stored = models.BigIntegerField(_("readings"), default=0)
    flagged = models.BigIntegerField(_("doubtful"), default=0)
    quarantined = models.BigIntegerField(_("in quarantine"), default=0)
    duplicates = models.BigIntegerField(_("repeated"), default=0)
    errors = models.BigIntegerField(_("errors"), default=0)

    class Meta:
        verbose_name = _("hour of a source")
        verbose_name_plural = _("hours of sources")
        ordering: ClassVar[list[str]] = ["-hour"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["source", "hour"], name="sources_hour_once")
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.hour:%Y-%m-%d %H}"
