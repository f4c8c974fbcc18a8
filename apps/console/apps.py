"""Django's entry to the console app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    """Names the app."""

    name = "apps.console"
    label = "console"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Console")
