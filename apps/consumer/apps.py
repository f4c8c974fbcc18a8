"""Django's entry for this app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ConsumerConfig(AppConfig):
    """Registers the reactions to lower apps' events."""

    name = "apps.consumer"
    label = "consumer"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Consumer: data held of peers")

    def ready(self) -> None:
        """Subscribe the handlers."""
        from apps.consumer import handlers  # noqa: PLC0415 - Django allows models only from here on

        handlers.register()
