"""Django's entry to the holdings app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HoldingsConfig(AppConfig):
    """Names the app."""

    name = "apps.holdings"
    label = "holdings"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Holdings")
