"""The controlled vocabularies of DCAT-AP.de 3.0, as far as a city with sensors needs them."""

from __future__ import annotations

import re
from typing import Final

from rdflib import Namespace, URIRef

DCATAP: Final = Namespace("http://data.europa.eu/r5r/")
DCATDE: Final = Namespace("http://dcat-ap.de/def/dcatde/")
HYDRA: Final = Namespace("http://www.w3.org/ns/hydra/core#")
VCARD: Final = Namespace("http://www.w3.org/2006/vcard/ns#")
LICENCES: Final = Namespace("http://dcat-ap.de/def/licenses/")
EU: Final = "http://publications.europa.eu/resource/authority/"
PUBLISHER_TYPE: Final = URIRef("http://purl.org/adms/publishertype/LocalAuthority")
GEOCODING: Final = "http://dcat-ap.de/def/politicalGeocoding/"
MUNICIPALITY: Final = URIRef(f"{GEOCODING}Level/municipality")
AVAILABLE: Final = URIRef(f"{EU}planned-availability/AVAILABLE")
PUBLIC: Final = URIRef(f"{EU}access-right/PUBLIC")
HVD_LAW: Final = URIRef("http://data.europa.eu/eli/reg_impl/2023/138/oj")
STANDARD: Final = URIRef("https://docs.ogc.org/is/18-088/18-088.html")
"""What SensorThings speaks: OGC 18-088."""

HVD_CATEGORIES: Final = {
    "hvd georaum": "http://data.europa.eu/bna/c_ac64a52d",
    "hvd erdbeobachtung und umwelt": "http://data.europa.eu/bna/c_dd313021",
    "hvd meteorologie": "http://data.europa.eu/bna/c_164e0bf5",
    "hvd statistik": "http://data.europa.eu/bna/c_e1da4e07",
    "hvd unternehmen": "http://data.europa.eu/bna/c_a9135398",
    "hvd mobilität": "http://data.europa.eu/bna/c_b79e35eb",
}
"""High-value datasets (Regulation (EU) 2023/138): a dataset is marked by one of these keywords."""

REGIONAL_KEYS: Final = {
    "bielefeld": "057110000000",
    "guetersloh": "057540008008",
    "herford": "057580012012",
    "detmold": "057660020020",
    "bad-salzuflen": "057660008008",
}
"""Official regional keys (ARS) of the five cities by ``OWLNODE_CITY``."""

FILE_TYPES: Final = {"csv": "CSV", "json": "JSON", "geojson": "GEOJSON", "parquet": "PARQUET"}
MEDIA_TYPES: Final = {
    "csv": "text/csv",
    "json": "application/json",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
}
FREQUENCIES: Final = {"PT1H": "HOURLY", "P1D": "DAILY"}
_LICENCES: Final = (
    (r"dl-?(zero-de|de/zero)[/-]2[.-]0", "dl-zero-de/2.0"),
    (r"dl-?(by-de|de/by)[/-]2[.-]0", "dl-by-de/2.0"),
    (r"(creativecommons\.org/publicdomain/zero/|authority/licence/CC0|^cc-zero$)", "cc-zero"),
    (r"(creativecommons\.org/licenses/by/4|authority/licence/CC_BY_4_0)", "cc-by/4.0"),
)
_CODE: Final = re.compile(r"[A-Z0-9_]{2,30}\Z")


def licence(uri: str) -> URIRef | None:
    """The licence in the vocabulary of DCAT-AP.de; another one as it is, None where there is none."""
    for pattern, code in _LICENCES:
        if re.search(pattern, uri):
            return LICENCES[code]
    return URIRef(uri) if uri and not re.search(r'[\s<>"{}|\\^`]', uri) else None


def coded(scheme: str, code: str) -> URIRef | None:
    """A code of one of the EU's authority tables as an IRI, None for what cannot be one."""
    return URIRef(f"{EU}{scheme}/{code}") if _CODE.match(code) else None
