"""Django's entry to the app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IngestConfig(AppConfig):
    """Names the app; it has no tables, so there is nothing to set up."""

    name = "apps.ingest"
    label = "ingest"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Intake")
