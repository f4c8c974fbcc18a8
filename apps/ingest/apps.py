"""Django's entry to the app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IngestConfig(AppConfig):
    """Names the app, and says how pieces that wait in quarantine are read."""

    name = "apps.ingest"
    label = "ingest"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Intake")

    def ready(self) -> None:
        """The formats are known here only; who tries a piece again stands below or beside this edge."""
        from apps.ingest import replays  # noqa: PLC0415 - Django allows models only from here on
        from apps.sources import services as sources  # noqa: PLC0415

        sources.read_with(replays.piece)
