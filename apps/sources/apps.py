"""Django's entry to the sources app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcesConfig(AppConfig):
    """Names the app."""

    name = "apps.sources"
    label = "sources"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Sources")

    def ready(self) -> None:
        """Let what waits for a mapping be taken in at once."""
        from apps.sources import handlers  # noqa: F401, PLC0415 - subscribes; models must be ready
