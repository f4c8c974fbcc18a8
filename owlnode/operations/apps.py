"""Django's entry to the operations package."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    """Health, metrics, doctor."""

    name = "owlnode.operations"
    label = "operations"
    verbose_name = _("Operations")
