"""Django's entry to the sensors app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SensorsConfig(AppConfig):
    """Things, datastreams, observations."""

    name = "apps.sensors"
    label = "sensors"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Sensors")

    def ready(self) -> None:
        """Let a recorded batch be numbered at once."""
        from apps.sensors import handlers  # noqa: F401, PLC0415 - subscribes; models must be ready
