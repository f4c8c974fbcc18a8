"""Operator screens of the sources app. Whatever they change goes through ``services``; history is read-only."""

from apps.sources.admin.alarms import SilenceAlarmAdmin
from apps.sources.admin.candidates import CandidateAdmin
from apps.sources.admin.devices import SourceDeviceAdmin
from apps.sources.admin.mappings import MappingAdmin, ReplayingAdmin
from apps.sources.admin.rules import PlausibilityRuleAdmin
from apps.sources.admin.sources import SeenUplinkAdmin, SourceAdmin, SourceHourAdmin, TableUploadAdmin

__all__ = [
    "CandidateAdmin",
    "MappingAdmin",
    "PlausibilityRuleAdmin",
    "ReplayingAdmin",
    "SeenUplinkAdmin",
    "SilenceAlarmAdmin",
    "SourceAdmin",
    "SourceDeviceAdmin",
    "SourceHourAdmin",
    "TableUploadAdmin",
]
