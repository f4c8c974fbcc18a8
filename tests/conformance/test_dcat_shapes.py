"""The DCAT-AP.de 3.0 shapes find nothing in what this node exports, and what is planted wrongly they find."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pyshacl import validate
from pytest_django import Settings
from rdflib import Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF, SKOS

from apps.dcat.vocabulary import DCATAP, EU
from tests.holdings import city
from tests.holdings.city import HOURLY, PUBLIC

pytestmark = pytest.mark.django_db
SHAPES = (
    "dcat-ap-3.0.0-SHACL.ttl",
    "dcat-ap-SHACL-DE.ttl",
    "dcat-ap-de-controlledvocabularies.ttl",
    "dcat-ap-de-deprecated.ttl",
    "dcat-ap-spec-german-additions.ttl",
)
SCHEMES = {
    **{f"{EU}{name}/": f"{EU}{name}" for name in (
        "language", "planned-availability", "frequency", "data-theme", "access-right", "file-type", "dataset-type")},
    "http://dcat-ap.de/def/licenses/": "http://dcat-ap.de/def/licenses",
    "http://dcat-ap.de/def/contributors/": "http://dcat-ap.de/def/contributors",
    "http://dcat-ap.de/def/politicalGeocoding/Level/": "http://dcat-ap.de/def/politicalGeocoding/Level",
    "http://purl.org/adms/publishertype/": "http://purl.org/adms/publishertype/1.0",
}  # fmt: skip
"""In which vocabulary an IRI stands: a stub of the vocabularies for the values in use."""


@pytest.fixture(scope="session")
def shapes(shared_path: Path) -> Graph:
    """All shapes of the profile."""
    graph = Graph()
    for name in SHAPES:
        graph.parse(shared_path / "conformance" / "dcat-ap-de" / name)
    return graph


@pytest.fixture
def exported(settings: Settings) -> Graph:
    """A catalogue with datasets of every kind, as a harvester gets it."""
    settings.NODE = settings.NODE.model_copy(
        update={"dcat_contributor_id": "http://dcat-ap.de/def/contributors/test", "contact_email": "daten@example.org"}
    )
    air, bikes = city.own("air"), city.own("bikes", kind="count")
    city.record(air, {0.0: 1.0, 60.0: 2.0})
    about: dict[str, Any] = {
        "theme": "ENVI",
        "keywords": ["Luft"],
        "description_de": "Luft",
        "attribution": "Stadt",
        "accrual": "CONT",
    }
    about |= {
        "attribution": "Stadt",
        "licence": "https://www.govdata.de/dl-de/by-2-0",
        "contact_email": "luft@example.org",
    }
    city.dataset("air", [air], PUBLIC, **about)
    city.dataset("bikes", [bikes], PUBLIC | HOURLY, licence="https://creativecommons.org/publicdomain/zero/1.0/",
                 theme="TRAN", sensitivity="people")  # fmt: skip
    city.dataset("bare", [city.own("bare")], PUBLIC)
    return Graph().parse(data=Client().get("/catalog.ttl").content, format="turtle")


def found(graph: Graph, shapes: Graph) -> str:
    """What the shapes find, as text; the empty text for nothing. Vocabularies stand in the data graph."""
    data = Graph()
    for triple in graph:
        data.add(triple)
    for value in {node for _s, _p, node in graph if isinstance(node, URIRef)}:
        for prefix, scheme in SCHEMES.items():
            if str(value).startswith(prefix):
                data.add((value, SKOS.inScheme, URIRef(scheme)))
    sound, _report, text = validate(
        data, shacl_graph=shapes, inference="none", advanced=True, do_owl_imports=False, allow_warnings=True
    )
    return "" if sound else str(text)


def test_the_shapes_find_nothing_in_the_catalogue(exported: Graph, shapes: Graph) -> None:
    assert found(exported, shapes) == ""
    assert len(list(exported.subjects(RDF.type, DCAT.Dataset))) == 3
    assert list(exported.subjects(RDF.type, DCAT.DataService))


def test_the_other_notations_are_as_sound(exported: Graph, shapes: Graph) -> None:
    graph = Graph().parse(data=Client().get("/dataset/air.xml").content, format="xml")
    assert found(graph, shapes) == ""
    same = Graph().parse(data=Client().get("/dataset/air.jsonld").content, format="json-ld")
    assert isomorphic(graph, same)


def test_high_value_datasets_keep_their_own_shapes_too(shapes: Graph, shared_path: Path, settings: Settings) -> None:
    settings.NODE = settings.NODE.model_copy(update={"contact_email": "daten@example.org"})
    stream = city.own("traffic")
    about: dict[str, Any] = {"licence": "https://creativecommons.org/licenses/by/4.0/", "keywords": ["HVD Mobilität"]}
    city.dataset("traffic", [stream], PUBLIC, contact_email="verkehr@example.org", **about)
    graph = Graph().parse(data=Client().get("/dataset/traffic.ttl").content, format="turtle")
    of_high_value = Graph().parse(shared_path / "conformance" / "dcat-ap-de" / "hvd-3.0.0-SHACL-base.ttl")
    assert found(graph, shapes) == found(graph, of_high_value) == ""
    assert list(graph.objects(None, DCATAP.hvdCategory))
    graph.remove((None, DCATAP.applicableLegislation, None))
    assert found(graph, of_high_value) != ""


def _dataset(graph: Graph) -> URIRef:
    return next(one for one in graph.subjects(RDF.type, DCAT.Dataset) if urlsplit(str(one)).path == "/dataset/air")  # type: ignore[return-value]


def _file(graph: Graph) -> URIRef:
    return next(graph.objects(_dataset(graph), DCAT.distribution))  # type: ignore[return-value]


def plant(graph: Graph) -> dict[str, str]:
    """One fault for each rule that matters; by its name what the report must name."""
    dataset, file = _dataset(graph), _file(graph)
    publisher = graph.value(dataset, DCTERMS.publisher)
    graph.remove((dataset, DCTERMS.title, None)).remove((dataset, DCTERMS.description, None))
    graph.remove((dataset, DCTERMS.publisher, None)).remove((publisher, FOAF.name, None))
    graph.remove((file, DCAT.accessURL, None)).remove((file, DCTERMS.license, None))
    graph.remove((None, DCAT.endpointURL, None))
    graph.add((dataset, DCAT.theme, URIRef("https://example.org/theme")))
    graph.add((file, DCATAP.availability, URIRef(f"{EU}planned-availability/STABLE")))
    graph.set((dataset, DCTERMS.accrualPeriodicity, Literal("oft")))
    return {
        "no title": "dcterms:title MUSS MINDESTEN",
        "no description": "dcterms:description MUSS MINDESTEN",
        "no publisher": "dcterms:publisher haben",
        "a nameless publisher": "foaf:name MUSS MINDESTEN",
        "no access address": "dcat:accessURL MUSS MINDESTEN",
        "no licence": "dcterms:license",
        "a service without address": "dcat:endpointURL MUSS MINDESTEN",
        "a theme of nobody's": "#kv-data-theme",
        "two availabilities": "availability",
        "a frequency as text": "dcterms:accrualPeriodicity MUSS auf",
    }


def test_what_is_planted_wrongly_is_found(exported: Graph, shapes: Graph) -> None:
    wanted = plant(exported)
    report = found(exported, shapes)
    assert {name for name, words in wanted.items() if words not in report} == set()
