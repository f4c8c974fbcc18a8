"""Django's entry to the api app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    """Names the app, and lends the writers of downloads to the request desk."""

    name = "apps.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("API")

    def ready(self) -> None:
        """Formats are written here only; the desk, which is below, is told how."""
        from apps.api.downloads import export  # noqa: PLC0415 - Django allows models only from here on
        from apps.desk import services as desk  # noqa: PLC0415

        desk.export_with(export)
