"""Django's entry to the sensorthings app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SensorThingsConfig(AppConfig):
    """Names the app."""

    name = "apps.sensorthings"
    label = "sensorthings"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("SensorThings")
