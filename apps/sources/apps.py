"""Django's entry to the sources app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SourcesConfig(AppConfig):
    """Names the app."""

    name = "apps.sources"
    label = "sources"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Sources")
