"""Catalogues: built and parsed without loss, other connectors' spellings understood."""

from __future__ import annotations

from typing import Any

import pytest

from apps.wire.dsp import CONTEXT, catalogue
from apps.wire.errors import BadMessage
from tests.wire.dsp.policies import OFFER, TARGET

SERVICE = catalogue.Service(id="urn:uuid:5", endpoint="https://a.example/dsp/2025-1")
ENTRY = catalogue.DatasetEntry(
    id=TARGET, offers=(OFFER,), formats=("OwlFeed-PULL",), identifier="air", title="Luft", description="Luftgüte"
)
PAGE = catalogue.Catalogue(id="urn:uuid:4", participant="did:web:a.example", datasets=(ENTRY,))


def test_what_is_built_is_parsed_back() -> None:
    assert catalogue.Catalogue.parse(PAGE.to_wire(SERVICE)) == PAGE
    assert catalogue.dataset_from_wire(catalogue.dataset_to_wire(ENTRY, SERVICE)) == ENTRY


def test_an_empty_catalogue_leaves_its_datasets_out() -> None:
    empty = catalogue.Catalogue(id="urn:uuid:4", participant="did:web:a.example", datasets=())
    assert "dataset" not in empty.to_wire(SERVICE)
    assert catalogue.Catalogue.parse(empty.to_wire(SERVICE)) == empty


@pytest.mark.parametrize("title", ["Luft", ["Luft"], {"@value": "Luft", "@language": "de"}, [{"@value": "Luft"}]])
def test_a_title_is_read_in_every_spelling(title: Any) -> None:
    wire = catalogue.dataset_to_wire(ENTRY, SERVICE)
    wire["http://purl.org/dc/terms/title"] = title
    del wire["dct:title"]
    assert catalogue.dataset_from_wire(wire).title == "Luft"


@pytest.mark.parametrize("key", ["@id", "hasPolicy", "distribution"])
def test_a_dataset_names_what_it_lacks(key: str) -> None:
    wire = catalogue.dataset_to_wire(ENTRY, SERVICE)
    del wire[key]
    with pytest.raises(BadMessage) as caught:
        catalogue.dataset_from_wire(wire)
    assert caught.value.part == f"dataset.{key}"


def test_a_request_may_carry_an_empty_filter_or_none() -> None:
    plain = {"@context": [CONTEXT], "@type": "CatalogRequestMessage"}
    assert catalogue.CatalogRequestMessage.parse(plain).filter == ()
    assert catalogue.CatalogRequestMessage.parse({**plain, "filter": []}).filter == ()
    assert catalogue.CatalogRequestMessage.parse({**plain, "filter": [{"a": 1}]}).filter == ({"a": 1},)
