"""Django's entry for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProviderConfig(AppConfig):
    """Registers the reactions to lower apps' events."""

    name = "apps.provider"
    label = "provider"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Provider: data given to peers")

    def ready(self) -> None:
        """Subscribe the handlers."""
        from apps.provider import handlers  # noqa: PLC0415 - Django allows models only from here on

        handlers.register()
