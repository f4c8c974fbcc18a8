"""Django's entry to the desk app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """Registers the reactions to the desk's own events."""

    name = "apps.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Desk")

    def ready(self) -> None:
        """Subscribe the handlers."""
        from apps.desk import handlers  # noqa: PLC0415 - Django allows models only from here on

        handlers.register()
