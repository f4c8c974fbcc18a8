"""Django's entry to the dcat app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DcatConfig(AppConfig):
    """Names the app."""

    name = "apps.dcat"
    label = "dcat"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("DCAT-AP.de")
