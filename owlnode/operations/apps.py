"""Django's entry to the operations package."""

import gc

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    """Health, metrics, doctor."""

    name = "owlnode.operations"
    label = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        """What is loaded stays: leave it out of every search for garbage, which the settings put off until now."""
        gc.freeze()
        gc.enable()
