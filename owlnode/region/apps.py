"""Django's entry to the region package: only the command of the demo's steps."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegionConfig(AppConfig):
    """Installed on developers' machines and in the demo, never in production."""

    name = "owlnode.region"
    label = "region"
    verbose_name = _("Demo region")
