"""Tables of the sources app, one noun per file."""

from apps.sources.models.alarms import SilenceAlarm
from apps.sources.models.candidates import Candidate
from apps.sources.models.devices import SourceDevice
from apps.sources.models.mappings import Mapping, Replaying
from apps.sources.models.rules import PlausibilityRule
from apps.sources.models.seen import SeenUplink
from apps.sources.models.sources import Source, SourceHour
from apps.sources.models.uploads import TableUpload

__all__ = [
    "Candidate",
    "Mapping",
    "PlausibilityRule",
    "Replaying",
    "SeenUplink",
    "SilenceAlarm",
    "Source",
    "SourceDevice",
    "SourceHour",
    "TableUpload",
]
