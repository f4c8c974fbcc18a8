"""Django's entry to the peering edge."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeeringConfig(AppConfig):
    """The node-to-node edge; it has no tables."""

    name = "apps.peering"
    label = "peering"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Peering")
