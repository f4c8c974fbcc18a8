"""A datastream that a person wants for a value which nobody has mapped yet."""

from __future__ import annotations

from dataclasses import dataclass

from apps.sensors.types import ObservedPropertySpec, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class NewStream:
    """What ``map_key`` registers: a datastream, and its thing where the device has none yet.

    ``unit_symbol`` is the unit in which it is kept. ``thing_name`` and ``place`` describe a new thing; a thing that the
    device already has stays as it is.
    """

    name: str
    observed_property: ObservedPropertySpec
    unit_symbol: str = ""
    unit_name: str = ""
    unit_definition: str = ""
    kind: str = "measure"
    expected_interval_s: int | None = None
    description: str = ""
    thing_name: str = ""
    place: Place | None = None
    simulated: bool = False
