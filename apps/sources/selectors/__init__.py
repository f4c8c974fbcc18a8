"""Everything that reads the sources' tables."""

from apps.sources.selectors.direct import direct
from apps.sources.selectors.overview import (
    Candidates,
    Overview,
    candidates,
    devices,
    enabled_sources,
    mappings,
    source,
    sources_overview,
)
from apps.sources.selectors.silence import Silent, open_alarms, silent_now

__all__ = [
    "Candidates",
    "Overview",
    "Silent",
    "candidates",
    "devices",
    "direct",
    "enabled_sources",
    "mappings",
    "open_alarms",
    "silent_now",
    "source",
    "sources_overview",
]
