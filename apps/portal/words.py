"""Codes in words that people use: themes, licences, freshness, formats, purposes, statistics, resolutions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.core import languages
from apps.policies import purposes

Words = Mapping[str, str | Promise]

THEMES: Final[Words] = {
    "AGRI": _("Agriculture, fisheries, food"),
    "ECON": _("Economy and finance"),
    "EDUC": _("Education, culture, sport"),
    "ENER": _("Energy"),
    "ENVI": _("Environment"),
    "GOVE": _("Government and public sector"),
    "HEAL": _("Health"),
    "INTR": _("International issues"),
    "JUST": _("Justice and public safety"),
    "REGI": _("Regions and cities"),
    "SOCI": _("Population and society"),
    "TECH": _("Science and technology"),
    "TRAN": _("Transport"),
}
"""The EU's data themes (DCAT-AP, controlled vocabulary "data-theme")."""
LICENCES: Final[Words] = {
    "http://dcat-ap.de/def/licenses/dl-by-de/2.0": "Datenlizenz Deutschland – Namensnennung 2.0",
    "http://dcat-ap.de/def/licenses/dl-zero-de/2.0": "Datenlizenz Deutschland – Zero 2.0",
    "http://dcat-ap.de/def/licenses/cc-by/4.0": "CC BY 4.0",
    "http://dcat-ap.de/def/licenses/cc-zero": "CC0 1.0",
}
TEXTS: Final[Mapping[str, str]] = {
    "http://dcat-ap.de/def/licenses/dl-by-de/2.0": "https://www.govdata.de/dl-de/by-2-0",
    "http://dcat-ap.de/def/licenses/dl-zero-de/2.0": "https://www.govdata.de/dl-de/zero-2-0",
    "http://dcat-ap.de/def/licenses/cc-by/4.0": "https://creativecommons.org/licenses/by/4.0/deed.de",
    "http://dcat-ap.de/def/licenses/cc-zero": "https://creativecommons.org/publicdomain/zero/1.0/deed.de",
}
"""Where a licence can be read, by its URI in DCAT-AP.de."""
FRESHNESS: Final[Words] = {
    "fresh": _("up to date"),
    "late": _("late"),
    "silent": _("silent"),
    "recorded": _("recording that has ended"),
    "uploaded": _("updated by upload"),
    "unknown": _("no expected rhythm"),
}
FRESHNESS_BADGES: Final[Mapping[str, str]] = {"fresh": "success", "late": "warning", "silent": "danger"}
FORMATS: Final[Words] = {
    "csv": "CSV",
    "json": "JSON",
    "geojson": "GeoJSON",
    "parquet": "Parquet",
    "api": _("Interface (API)"),
    "sensorthings": "SensorThings",
}
VISIBILITIES: Final[Words] = {
    "internal": _("for this city only"),
    "peers": _("for peer cities"),
    "public": _("public"),
}
STATISTICS: Final[Words] = {
    "mean": _("mean"),
    "min": _("minimum"),
    "max": _("maximum"),
    "count": _("number of values"),
    "sum": _("sum"),
}
RESOLUTIONS: Final[Words] = {
    "raw": _("every single value"),
    "PT15M": _("values by quarter hours"),
    "PT1H": _("values by hours"),
    "P1D": _("values by days"),
}
STATES: Final[Words] = {
    "active": _("in force"),
    "withdrawn": pgettext_lazy("agreement", "withdrawn"),
    "expired": _("expired"),
    "terminated": _("ended by agreement"),
}
STATE_BADGES: Final[Mapping[str, str]] = {"active": "success", "withdrawn": "danger", "expired": "warning"}


def purpose(code: str) -> str | Promise:
    """A purpose as people say it; one nobody has put into words yet stays as it is, for any purpose if empty."""
    return purposes.words(code, languages.current()) if code else _("any purpose")


def licence(uri: str) -> str | Promise:
    """A licence's name; of an unknown one its URI."""
    return LICENCES.get(uri, uri) if uri else _("no licence given")
