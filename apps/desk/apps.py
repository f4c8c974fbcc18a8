"""Django's entry to the desk app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """Names the app."""

    name = "apps.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Request desk")
