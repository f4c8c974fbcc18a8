"""Django's entry to the package of what pages have in common."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from owlnode.web import checks


class WebConfig(AppConfig):
    """Names the app and brings its system check along."""

    name = "owlnode.web"
    label = "web"
    verbose_name = _("Pages")

    def ready(self) -> None:
        """Say early when the packages from npm are not there."""
        checks.register_all()
