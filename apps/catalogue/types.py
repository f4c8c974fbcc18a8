"""The words of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

IDENTIFIER: Final = r"^[a-z0-9][a-z0-9-]*\Z"
URI: Final = r"^[a-z][a-z0-9+.-]*:[!-~]+\Z"
VIEW: Final = "catalogue.view_dataset"
PULL: Final = "catalogue.pull_dataset"


class Sensitivity(TextChoices):
    """What a dataset is about decides how fine its terms may be and who must sign them."""

    ENVIRONMENT = "environment", _("environment")
    TRAFFIC = "traffic", _("traffic")
    PEOPLE = "people", _("people")
    SENSITIVE = "sensitive", _("sensitive")


GATED: Final = frozenset({Sensitivity.PEOPLE, Sensitivity.SENSITIVE})
"""Classes whose terms take effect only once a gatekeeper has signed, too."""


class SigningRole(TextChoices):
    """In which role somebody signs a version of terms; the values are those of ``accounts.types.Role``."""

    STEWARD = "steward", _("steward (prepared)")
    OWNER = "owner", _("owner (released)")
    GATEKEEPER = "gatekeeper", _("gatekeeper (privacy)")


SIGNING_PERMISSION: Final = {
    SigningRole.STEWARD: "catalogue.prepare_dataset",
    SigningRole.OWNER: "catalogue.release_dataset",
    SigningRole.GATEKEEPER: "catalogue.gate_dataset",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """Datastreams that must not be shared together: subtracting the parts from the total reveals what was suppressed.

    ``total`` and ``parts`` are external keys.
    """

    total: str
    parts: tuple[str, ...]
