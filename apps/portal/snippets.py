"""Ready-made lines for people who want to go on with the data, and how to cite them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from apps.core import languages
from apps.holdings.types import Holding
from apps.portal import links, words


@dataclass(frozen=True, slots=True)
class Snippet:
    """A few lines for one tool; ``name`` says which, ``code`` is plain text."""

    name: str
    code: str


PYTHON = """import pandas as pd

data = pd.read_csv("{url}", parse_dates=["time"])
print(data.head())"""
R = """data <- read.csv("{url}")
data$time <- as.POSIXct(data$time, format = "%Y-%m-%dT%H:%M:%OSZ", tz = "UTC")
head(data)"""


def snippets(holding: Holding, files: list[links.Download]) -> list[Snippet]:
    """Lines for curl, Python, R and QGIS; none for a file this node does not offer."""
    urls = {file.format: links.absolute(file.url) for file in files}
    made = []
    if "csv" in urls:
        made += [
            Snippet("curl", f'curl --location --output {holding.identifier}.csv "{urls["csv"]}"'),
            Snippet("Python", PYTHON.format(url=urls["csv"])),
            Snippet("R", R.replace("{url}", urls["csv"])),
        ]
    if "geojson" in urls:
        way = _("Layer › Add Layer › Add Vector Layer › Protocol: HTTP(S), type: GeoJSON, URI:")
        made.append(Snippet("QGIS", f"{way}\n{urls['geojson']}"))
    return made


def citation(holding: Holding) -> str:
    """How to name the source: owner, title, licence, address, day."""
    source = holding.attribution or holding.publisher or holding.owner_name
    page = links.absolute(links.address("portal-dataset", holding.key))
    day = formats.date_format(
        timezone.localdate(), "DATE_FORMAT" if languages.current() == "en" else "SHORT_DATE_FORMAT"
    )
    seen = _("seen on")
    return f"{source}: {holding.title()}. {words.licence(holding.licence)}. {page} ({seen} {day})"
