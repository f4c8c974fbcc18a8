"""The described entities by the names under which services write them."""

from __future__ import annotations

from enum import StrEnum


class Noun(StrEnum):
    """An entity of OGC 18-088, section 8.2, that can be created, changed and deleted by itself.

    Observations are none of these: they come and go as batches.
    """

    THING = "thing"
    LOCATION = "location"
    HISTORICAL_LOCATION = "historical location"
    SENSOR = "sensor"
    OBSERVED_PROPERTY = "observed property"
    DATASTREAM = "datastream"
    FEATURE = "feature of interest"
