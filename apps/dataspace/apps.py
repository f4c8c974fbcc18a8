"""Django's entry to the dataspace edge."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DataspaceConfig(AppConfig):
    """The Dataspace Protocol on the wire; no tables."""

    name = "apps.dataspace"
    label = "dataspace"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Dataspace Protocol")
