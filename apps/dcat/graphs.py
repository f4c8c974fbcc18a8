"""Own public datasets as RDF: DCAT-AP.de 3.0, sections by class of the specification."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Final

from django.conf import settings
from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.translation import gettext, override
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, XSD

from apps.dcat import vocabulary
from apps.dcat.vocabulary import DCATAP, DCATDE, VCARD
from apps.holdings import selectors as holdings
from apps.holdings.types import Holding

LANGUAGES: Final = ("de", "en")
REST, STA = "api/v1", "sta/v1.1"


def empty() -> Graph:
    """A graph that writes the usual prefixes."""
    graph = Graph()
    for prefix, namespace in (("dcat", DCAT), ("dct", DCTERMS), ("foaf", FOAF), ("vcard", VCARD), ("dcatap", DCATAP),
                              ("dcatde", DCATDE), ("hydra", vocabulary.HYDRA)):  # fmt: skip
        graph.bind(prefix, namespace)
    return graph


def catalogue_iri() -> URIRef:
    """What the catalogue is called."""
    return URIRef(f"{settings.NODE.base_url}/catalog")


def dataset_iri(identifier: str) -> URIRef:
    """What a dataset is called, for ever."""
    return URIRef(f"{settings.NODE.base_url}/dataset/{identifier}")


def add_catalogue(graph: Graph, shown: Iterable[Holding]) -> URIRef:
    """dcat:Catalog with these datasets and the services that serve them; returns its IRI."""
    catalogue, node = catalogue_iri(), settings.NODE
    graph.add((catalogue, RDF.type, DCAT.Catalog))
    for language in LANGUAGES:
        with override(language):
            title = gettext("Open data of %(city)s") % {"city": node.city_name}
            text = gettext("What the sensors of %(city)s measure, as far as everybody may have it.")
            graph.add((catalogue, DCTERMS.title, Literal(title, lang=language)))
            graph.add((catalogue, DCTERMS.description, Literal(text % {"city": node.city_name}, lang=language)))
    graph.add((catalogue, DCTERMS.publisher, _publisher(graph)))
    graph.add((catalogue, FOAF.homepage, URIRef(node.base_url + "/")))
    for language in ("DEU", "ENG"):
        graph.add((catalogue, DCTERMS.language, URIRef(f"{vocabulary.EU}language/{language}")))
    for one in shown:
        graph.add((catalogue, DCAT.dataset, add_dataset(graph, one)))
    for service in graph.subjects(RDF.type, DCAT.DataService):
        graph.add((catalogue, DCAT.service, service))
    return catalogue


def add_dataset(graph: Graph, one: Holding) -> URIRef:
    """dcat:Dataset with its distributions; without a licence it has none, since a distribution must name one."""
    dataset = dataset_iri(one.identifier)
    graph.add((dataset, RDF.type, DCAT.Dataset))
    _texts(graph, dataset, one)
    graph.add((dataset, DCTERMS.identifier, Literal(one.identifier)))
    graph.add((dataset, DCTERMS.publisher, _publisher(graph)))
    graph.add((dataset, DCTERMS.accessRights, vocabulary.PUBLIC))
    graph.add((dataset, DCATAP.availability, vocabulary.AVAILABLE))
    graph.add((dataset, DCATDE.politicalGeocodingLevelURI, vocabulary.MUNICIPALITY))
    _times(graph, dataset, one)
    _codes(graph, dataset, one)
    _contact(graph, dataset, one.contact_email)
    page = _address("portal-dataset", one.key)
    if page:
        graph.add((dataset, DCAT.landingPage, page))
        graph.add((page, RDF.type, FOAF.Document))
    licence = vocabulary.licence(one.licence)
    if licence is not None:
        for distribution in (*_files(graph, one, licence), *_services(graph, one, dataset, licence)):
            graph.add((dataset, DCAT.distribution, distribution))
    _high_value(graph, dataset, one)
    return dataset


def _high_value(graph: Graph, dataset: URIRef, one: Holding) -> None:
    """Where it is marked as a high-value dataset, the law stands beside it, its distributions and its services."""
    marks = {vocabulary.HVD_CATEGORIES.get(keyword.casefold()) for keyword in one.keywords}
    categories = [URIRef(mark) for mark in sorted(mark for mark in marks if mark)]
    if not categories:
        return
    ways = list(graph.objects(dataset, DCAT.distribution))
    services = [service for way in ways for service in graph.objects(way, DCAT.accessService)]
    for about in (dataset, *ways, *services):
        graph.add((about, DCATAP.applicableLegislation, vocabulary.HVD_LAW))
    for about in (dataset, *services):
        for category in categories:
            graph.add((about, DCATAP.hvdCategory, category))


def _texts(graph: Graph, dataset: URIRef, one: Holding) -> None:
    """A description is mandatory: where nobody wrote one, the title and what is measured stand for it."""
    for language, title in one.titles.items():
        graph.add((dataset, DCTERMS.title, Literal(title, lang=language)))
    told = one.descriptions or {"de": " – ".join([one.title("de"), ", ".join(one.measurands)]).rstrip(" –")}
    for language, text in told.items():
        graph.add((dataset, DCTERMS.description, Literal(text, lang=language)))
    for keyword in one.keywords:
        graph.add((dataset, DCAT.keyword, Literal(keyword, lang="de")))


def _times(graph: Graph, dataset: URIRef, one: Holding) -> None:
    """``modified`` follows the description and the terms, not every new value: harvesters ask for what changed."""
    if one.modified_at is not None:
        graph.add((dataset, DCTERMS.modified, Literal(one.modified_at)))
    if one.released_at is not None:
        graph.add((dataset, DCTERMS.issued, Literal(one.released_at)))
    if one.first_time is not None and one.last_time is not None:
        period = BNode(f"period-{one.identifier}")
        graph.add((dataset, DCTERMS.temporal, period))
        graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
        graph.add((period, DCAT.startDate, Literal(one.first_time.date().isoformat(), datatype=XSD.date)))
        graph.add((period, DCAT.endDate, Literal(one.last_time.date().isoformat(), datatype=XSD.date)))


def _codes(graph: Graph, dataset: URIRef, one: Holding) -> None:
    node = settings.NODE
    theme = vocabulary.coded("data-theme", one.theme)
    frequency = vocabulary.coded("frequency", one.accrual or vocabulary.FREQUENCIES.get(one.resolution, "CONT"))
    for predicate, value in ((DCAT.theme, theme), (DCTERMS.accrualPeriodicity, frequency)):
        if value is not None:
            graph.add((dataset, predicate, value))
    key = vocabulary.REGIONAL_KEYS.get(node.city)
    if key:
        place = URIRef(f"{vocabulary.GEOCODING}regionalKey/{key}")
        graph.add((dataset, DCTERMS.spatial, place))
        graph.add((place, RDF.type, DCTERMS.Location))
    if node.dcat_contributor_id:
        graph.add((dataset, DCATDE.contributorID, URIRef(node.dcat_contributor_id)))


def _files(graph: Graph, one: Holding, licence: URIRef) -> Iterable[URIRef]:
    for name, code in vocabulary.FILE_TYPES.items():
        url = _address("api-download", one.key, name)
        if url:
            file = _distribution(graph, one, name, licence)
            graph.add((file, DCAT.accessURL, url))
            graph.add((file, DCAT.downloadURL, url))
            graph.add((file, DCTERMS["format"], URIRef(f"{vocabulary.EU}file-type/{code}")))
            media_type = f"https://www.iana.org/assignments/media-types/{vocabulary.MEDIA_TYPES[name]}"
            graph.add((file, DCAT.mediaType, URIRef(media_type)))
            yield file


def _services(graph: Graph, one: Holding, dataset: URIRef, licence: URIRef) -> Iterable[URIRef]:
    """An accessService means accessURL = endpointURL and no downloadURL. SensorThings speaks of single rows."""
    wanted = [("api", REST)] + ([("sensorthings", STA)] if "sensorthings" in holdings.formats_of(one) else [])
    for name, path in wanted:
        if not _is_served(f"/{path}"):
            continue
        service = _service(graph, name, path)
        graph.add((service, DCAT.servesDataset, dataset))
        way = _distribution(graph, one, name, licence)
        graph.add((way, DCAT.accessURL, URIRef(f"{settings.NODE.base_url}/{path}")))
        graph.add((way, DCAT.accessService, service))
        graph.add((way, DCTERMS["format"], URIRef(f"{vocabulary.EU}file-type/JSON")))
        yield way


def _distribution(graph: Graph, one: Holding, name: str, licence: URIRef) -> URIRef:
    way = URIRef(f"{dataset_iri(one.identifier)}#{name}")
    graph.add((way, RDF.type, DCAT.Distribution))
    for language in LANGUAGES:
        with override(language):
            graph.add((way, DCTERMS.title, Literal(f"{one.title(language)} ({name})", lang=language)))
            graph.add((way, DCTERMS.description, Literal(_said(name), lang=language)))
    graph.add((way, DCTERMS.license, licence))
    graph.add((way, DCATAP.availability, vocabulary.AVAILABLE))
    if one.attribution:
        graph.add((way, DCATDE.licenseAttributionByText, Literal(one.attribution, lang="de")))
    return way


def _said(name: str) -> str:
    texts = {
        "csv": gettext("A table for spreadsheets and programs, times in UTC."),
        "json": gettext("Values with the description of their sensors, times in UTC."),
        "geojson": gettext("Values on the map, one feature each, times in UTC."),
        "parquet": gettext("Compact columns for data analysis, times in UTC."),
        "api": gettext("An interface for programs: search, series, single values."),
        "sensorthings": gettext("OGC SensorThings API 1.1."),
    }
    return texts[name]


def _service(graph: Graph, name: str, path: str) -> URIRef:
    service = URIRef(f"{catalogue_iri()}#{name}")
    graph.add((service, RDF.type, DCAT.DataService))
    for language in LANGUAGES:
        with override(language):
            graph.add(
                (service, DCTERMS.title, Literal(f"{settings.NODE.publisher_name}: {_said(name)}", lang=language))
            )
    graph.add((service, DCTERMS.publisher, _publisher(graph)))
    graph.add((service, DCAT.endpointURL, URIRef(f"{settings.NODE.base_url}/{path}")))
    schema, manual = (_address("api-schema"), _address("api-docs")) if name == "api" else (None, vocabulary.STANDARD)
    if schema:
        graph.add((service, DCAT.endpointDescription, schema))
    if manual:
        graph.add((service, FOAF.page, manual))
        graph.add((manual, RDF.type, FOAF.Document))
    _contact(graph, service, settings.NODE.contact_email)
    return service


def _publisher(graph: Graph) -> URIRef:
    """foaf:Agent, a local authority."""
    publisher = URIRef(f"{catalogue_iri()}#publisher")
    for kind in (FOAF.Agent, FOAF.Organization):
        graph.add((publisher, RDF.type, kind))
    graph.add((publisher, FOAF.name, Literal(settings.NODE.publisher_name, lang="de")))
    graph.add((publisher, DCTERMS.type, vocabulary.PUBLISHER_TYPE))
    return publisher


def _contact(graph: Graph, about: URIRef, email: str) -> None:
    """A functional mailbox; metadata hold no personal data."""
    if email:
        contact = BNode(f"contact-{zlib.crc32(email.encode())}")
        graph.add((about, DCAT.contactPoint, contact))
        graph.add((contact, RDF.type, VCARD.Organization))
        graph.add((contact, RDF.type, VCARD.Kind))
        graph.add((contact, VCARD.fn, Literal(settings.NODE.publisher_name)))
        graph.add((contact, VCARD.hasEmail, URIRef(f"mailto:{email}")))


def _address(name: str, *arguments: str) -> URIRef | None:
    """The whole address of a named page, None where this node has none of that name."""
    try:
        return URIRef(f"{settings.NODE.base_url}{reverse(name, args=arguments)}")
    except NoReverseMatch:
        return None


def _is_served(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
