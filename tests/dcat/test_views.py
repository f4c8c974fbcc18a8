"""What harvesters get: own public datasets only, in the notation they ask for, page by page."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import orjson
import pytest
from django.test import Client
from pytest_django import Settings
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

from apps.catalogue.models import Dataset
from apps.core import clock
from apps.dcat import paging, vocabulary
from apps.dcat.vocabulary import DCATAP, DCATDE, HYDRA
from tests.holdings import city
from tests.holdings.city import HOURLY, PUBLIC

pytestmark = pytest.mark.django_db
LICENCE = "https://www.govdata.de/dl-de/by-2-0"
NOTATIONS = {"ttl": "turtle", "xml": "xml", "jsonld": "json-ld"}


def get(path: str, **headers: str) -> Graph:
    """The graph behind an address."""
    response = Client().get(path, headers=headers)
    assert response.status_code == 200, response.content
    kinds = {"text/turtle": "turtle", "application/rdf+xml": "xml", "application/ld+json": "json-ld"}
    return Graph().parse(data=response.content, format=kinds[response["Content-Type"].partition(";")[0]])


def publish(*names: str) -> None:
    """Public datasets with a licence."""
    for name in names:
        city.dataset(name, [city.own(name)], PUBLIC, licence=LICENCE, theme="ENVI", keywords=["Luft"])


def identifiers(graph: Graph) -> set[str]:
    """The datasets in a graph."""
    return {str(graph.value(one, DCTERMS.identifier)) for one in graph.subjects(RDF.type, DCAT.Dataset)}


@pytest.mark.parametrize("suffix", NOTATIONS)
def test_every_notation_says_the_same(suffix: str) -> None:
    publish("air", "water")
    assert identifiers(get(f"/catalog.{suffix}")) == {"air", "water"}
    assert identifiers(get(f"/dataset/air.{suffix}")) == {"air"}
    assert len(get(f"/dataset/air.{suffix}")) == len(get("/dataset/air.ttl"))


def test_only_own_public_datasets_are_exported_whoever_asks() -> None:
    publish("air")
    city.dataset("peers", [city.own("peers")], {"visibility": "peers"}, licence=LICENCE)
    city.dataset("draft", [city.own("draft")], None, licence=LICENCE)
    city.replica("given", PUBLIC)
    client = Client()
    client.force_login(city.person("umwelt-steward"), backend="django.contrib.auth.backends.ModelBackend")
    graph = Graph().parse(data=client.get("/catalog.ttl").content, format="turtle")
    assert identifiers(graph) == {"air"}
    for name in ("peers", "draft", "nothing", "given"):
        assert client.get(f"/dataset/{name}.ttl").status_code == 404


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/ld+json", "application/ld+json"),
        ("application/rdf+xml, text/turtle;q=0.5", "application/rdf+xml"),
        ("text/turtle", "text/turtle"),
        ("*/*", "text/turtle"),
        ("image/png", "text/turtle"),
    ],
)
def test_the_notation_is_negotiated(accept: str, kind: str) -> None:
    publish("air")
    for path in ("/catalog", "/dataset/air"):
        response = Client().get(path, headers={"Accept": accept})
        assert response["Content-Type"].startswith(kind)
        assert "Accept" in response["Vary"]
        assert response["Link"].count('rel="alternate"') == 2


def test_pages_lead_through_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paging, "SIZE", 2)
    publish("a", "b", "c", "d", "e")
    seen, path, rounds = [], "/catalog.ttl?page=1", 0
    while path:
        graph = get(path)
        seen += sorted(identifiers(graph))
        (view,) = graph.subjects(RDF.type, HYDRA.PartialCollectionView)
        assert graph.value(view, HYDRA.totalItems) == Literal(5)
        following = graph.value(view, HYDRA.next)
        assert following == graph.value(view, HYDRA.nextPage)
        path = "?".join(urlsplit(str(following))[2:4]) if following else ""
        rounds += 1
    assert (seen, rounds) == (["a", "b", "c", "d", "e"], 3)


def test_a_harvester_can_ask_for_what_changed() -> None:
    publish("old", "new")
    Dataset.objects.filter(identifier="old").update(updated_at=clock.now() - timedelta(days=9))
    since = (clock.now() - timedelta(days=1)).isoformat()
    response = Client().get("/catalog.ttl", {"modified_since": since})
    assert identifiers(Graph().parse(data=response.content, format="turtle")) == {"new"}
    assert identifiers(get("/catalog.ttl?modified_since=2020-01-01")) == {"old", "new"}


@pytest.mark.parametrize(
    ("query", "part"),
    [("page=0", "page"), ("page=2", "page"), ("page=x", "page"), ("page=1&page=1", "page"), ("page=²", "page"),
     ("modified_since=gestern", "modified_since"), ("seite=1", "seite")],
)  # fmt: skip
def test_a_page_or_time_that_is_none_is_refused_with_a_sentence(query: str, part: str) -> None:
    response = Client().get(f"/catalog.ttl?{query}")
    told = orjson.loads(response.content)
    assert (response.status_code, told["part"]) == (400, part)
    assert told["detail"].endswith(".")


def test_a_dataset_names_publisher_place_licence_and_ways(settings: Settings) -> None:
    settings.NODE = settings.NODE.model_copy(
        update={"dcat_contributor_id": "http://dcat-ap.de/def/contributors/test", "contact_email": "daten@example.org"}
    )
    publish("air")
    graph = get("/dataset/air.ttl")
    (dataset,) = graph.subjects(RDF.type, DCAT.Dataset)
    publisher = graph.value(dataset, DCTERMS.publisher)
    assert str(graph.value(publisher, FOAF.name)) == f"Stadt {settings.NODE.city_name}"
    assert graph.value(publisher, DCTERMS.type) == vocabulary.PUBLISHER_TYPE
    assert str(graph.value(dataset, DCTERMS.spatial)).endswith("regionalKey/057110000000")
    assert graph.value(dataset, DCATDE.contributorID) == URIRef("http://dcat-ap.de/def/contributors/test")
    ways = list(graph.objects(dataset, DCAT.distribution))
    assert {graph.value(one, DCTERMS.license) for one in ways} == {vocabulary.LICENCES["dl-by-de/2.0"]}
    assert {graph.value(one, DCATAP.availability) for one in ways} == {vocabulary.AVAILABLE}
    for way in ways:
        service = graph.value(way, DCAT.accessService)
        if service:
            assert graph.value(way, DCAT.accessURL) == graph.value(service, DCAT.endpointURL)
            assert graph.value(way, DCAT.downloadURL) is None
    files = [graph.value(one, DCAT.downloadURL) for one in ways]
    assert sum(url is not None for url in files) == 4
    for url in files:
        if url:
            assert Client().get(urlsplit(str(url)).path).status_code == 200


def test_buckets_are_not_offered_over_an_interface_of_single_rows() -> None:
    city.dataset("rad", [city.own("rad")], PUBLIC | HOURLY, licence=LICENCE, sensitivity="people")
    graph = get("/dataset/rad.ttl")
    assert not any(str(one).endswith("#sensorthings") for one in graph.subjects(RDF.type, DCAT.Distribution))
    (dataset,) = graph.subjects(RDF.type, DCAT.Dataset)
    assert str(graph.value(dataset, DCTERMS.accrualPeriodicity)).endswith("/HOURLY")


def test_without_a_licence_a_dataset_is_named_but_offers_nothing() -> None:
    city.dataset("air", [city.own("air")], PUBLIC)
    graph = get("/dataset/air.ttl")
    assert identifiers(graph) == {"air"}
    assert not list(graph.subjects(RDF.type, DCAT.Distribution))


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("https://www.govdata.de/dl-de/by-2-0", "dl-by-de/2.0"),
        ("https://www.govdata.de/dl-de/zero-2-0", "dl-zero-de/2.0"),
        ("http://dcat-ap.de/def/licenses/dl-by-de/2.0", "dl-by-de/2.0"),
        ("http://dcat-ap.de/def/licenses/dl-zero-de/2.0", "dl-zero-de/2.0"),
        ("https://creativecommons.org/licenses/by/4.0/", "cc-by/4.0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "cc-zero"),
        ("http://publications.europa.eu/resource/authority/licence/CC_BY_4_0", "cc-by/4.0"),
    ],
)
def test_licences_are_told_in_the_words_of_the_profile(uri: str, code: str) -> None:
    assert vocabulary.licence(uri) == vocabulary.LICENCES[code]


def test_another_licence_stays_what_it_is_and_none_is_none() -> None:
    assert vocabulary.licence("https://example.org/terms") == URIRef("https://example.org/terms")
    assert vocabulary.licence("") is None
    assert vocabulary.licence("https://example.org/a b") is None


def test_who_has_it_already_gets_nothing_again() -> None:
    publish("air")
    for path in ("/catalog.ttl", "/dataset/air.xml", "/dataset/air.jsonld"):
        etag = Client().get(path)["ETag"]
        assert Client().get(path, headers={"If-None-Match": etag}).status_code == 304
