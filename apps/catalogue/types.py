"""The words of the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.sensors.types import RECORDING

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


NEEDS_GATEKEEPER: Final = frozenset({Sensitivity.PEOPLE, Sensitivity.SENSITIVE})
"""Classes whose terms take effect only once a gatekeeper has signed, too."""


class SignatureRole(TextChoices):
    """In which role somebody signs a version of terms; the values are those of ``accounts.types.Role``."""

    STEWARD = "steward", _("steward (prepared)")
    OWNER = "owner", _("owner (released)")
    GATEKEEPER = "gatekeeper", _("gatekeeper (privacy)")


PERMISSIONS: Final = {
    SignatureRole.STEWARD: "prepare_dataset",
    SignatureRole.OWNER: "release_dataset",
    SignatureRole.GATEKEEPER: "gate_dataset",
}
"""The right on the dataset that goes with each role."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The finest terms a class allows outside the city without a recorded reason.

    ``singles`` False: no minimum or maximum, since each is a single reading. ``shared`` False: not outside the city.
    """

    bucket: timedelta
    delay: timedelta = timedelta(0)
    grid_m: int = 0
    suppress_below: int = 0
    singles: bool = True
    shared: bool = True


FLOORS: Final = {
    Sensitivity.TRAFFIC: Floor(bucket=timedelta(minutes=15)),
    Sensitivity.PEOPLE: Floor(
        bucket=timedelta(hours=1), delay=timedelta(hours=1), grid_m=100, suppress_below=3, singles=False
    ),
    Sensitivity.SENSITIVE: Floor(
        bucket=timedelta(days=1), delay=timedelta(hours=1), grid_m=100, suppress_below=10, singles=False, shared=False
    ),
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A total and those of its parts that stand beside it, as external keys; ``dataset`` is where the parts stand."""

    total: str
    parts: tuple[str, ...]
    dataset: str


@dataclass(frozen=True, slots=True)
class Member:
    """A datastream of a dataset; ``origin`` '' or the owner's DID. Times aware UTC, None where nothing is stored."""

    dataset_id: int
    datastream_id: int
    origin: str
    kind: str
    expected_interval_s: int | None
    measurand: str
    definition: str
    count: int | None
    first_time: datetime | None
    last_time: datetime | None
    provenance: str | None = None
    is_uploaded: bool = False

    @property
    def is_recording(self) -> bool:
        """Whether its readings are of the past, imported or played back, so that nothing more is to be expected."""
        return self.provenance == RECORDING
