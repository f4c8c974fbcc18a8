"""Everything that reads the sources' tables."""

from apps.sources.selectors.overview import (
    Candidates,
    Overview,
    candidates,
    devices,
    enabled_sources,
    mappings,
    names,
    source,
    sources_overview,
    table_sources,
    table_upload,
    table_uploads,
)
from apps.sources.selectors.rules import rule_of
from apps.sources.selectors.silence import Silent, imported, open_alarms, silent_now, uploaded

__all__ = [
    "Candidates",
    "Overview",
    "Silent",
    "candidates",
    "devices",
    "enabled_sources",
    "imported",
    "mappings",
    "names",
    "open_alarms",
    "rule_of",
    "silent_now",
    "source",
    "sources_overview",
    "table_sources",
    "table_upload",
    "table_uploads",
    "uploaded",
]
