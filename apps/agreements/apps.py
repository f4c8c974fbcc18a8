"""Django's entry to the agreements app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    """Offers, negotiations, agreements and transfers."""

    name = "apps.agreements"
    label = "agreements"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Agreements")

    def ready(self) -> None:
        """Listen to the apps below."""
        from apps.agreements import handlers  # noqa: PLC0415 - Django allows models only from here on

        handlers.register()
