"""Conversions of units that a mapping can name: ``stored = sent × factor + offset``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ConversionName(TextChoices):
    """What a mapping does to a value before it is stored."""

    NONE = "none", _("as sent")
    LINEAR = "linear", _("own factor and offset")
    KELVIN = "kelvin-celsius", _("K to °C")
    FAHRENHEIT = "fahrenheit-celsius", _("°F to °C")
    PASCAL = "pascal-hectopascal", _("Pa to hPa")
    MILLIVOLT = "millivolt-volt", _("mV to V")
    FRACTION = "fraction-percent", _("share (0 to 1) to %")
    KMH = "kmh-ms", _("km/h to m/s")
    MILLIMETRE = "millimetre-metre", _("mm to m")
    CENTIMETRE = "centimetre-metre", _("cm to m")
    TRUTH = "truth-number", _("true/false to 1/0")


@dataclass(frozen=True, slots=True)
class Conversion:
    """From which unit to which, and how; a unit '' means that the conversion asks for none."""

    sent: str
    stored: str
    factor: float
    offset: float = 0.0


CONVERSIONS: Mapping[str, Conversion] = {
    ConversionName.KELVIN: Conversion("K", "°C", 1.0, -273.15),
    ConversionName.FAHRENHEIT: Conversion("°F", "°C", 5 / 9, -160 / 9),
    ConversionName.PASCAL: Conversion("Pa", "hPa", 0.01),
    ConversionName.MILLIVOLT: Conversion("mV", "V", 0.001),
    ConversionName.FRACTION: Conversion("1", "%", 100.0),
    ConversionName.KMH: Conversion("km/h", "m/s", 1 / 3.6),
    ConversionName.MILLIMETRE: Conversion("mm", "m", 0.001),
    ConversionName.CENTIMETRE: Conversion("cm", "m", 0.01),
    ConversionName.TRUTH: Conversion("", "", 1.0),
}
"""The named conversions whose units are fixed; ``NONE`` keeps the unit and ``LINEAR`` states its own."""
