"""Fitness: a class is never shared finer than its floor without a recorded reason, and nobody subtracts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from apps.accounts.models import Department, User
from apps.catalogue import selectors, services
from apps.catalogue.errors import Differencing, UnfitTerms
from apps.catalogue.models import Dataset, TermsVersion
from apps.catalogue.services import fitness
from apps.catalogue.types import Sensitivity
from apps.core.errors import Invalid
from apps.policies import templates
from apps.policies.terms import Terms
from tests.catalogue.conftest import AT
from tests.policies.strategies import terms

PEOPLE = templates.people()


@pytest.mark.parametrize(
    ("part", "finer"),
    [
        ("resolution", replace(PEOPLE, resolution="PT15M")),
        ("resolution", replace(PEOPLE, resolution="raw", statistics=())),
        ("statistics", replace(PEOPLE, statistics=("sum", "max"))),
        ("delay", replace(PEOPLE, delay=timedelta(minutes=59))),
        ("grid_m", replace(PEOPLE, grid_m=None)),
        ("grid_m", replace(PEOPLE, grid_m=50)),
        ("suppress_below", replace(PEOPLE, suppress_below=None)),
        ("suppress_below", replace(PEOPLE, suppress_below=2)),
    ],
)
def test_people_are_never_shared_finer_than_their_floor(
    bicycles: Dataset, people: dict[str, User], part: str, finer: Terms
) -> None:
    with pytest.raises(UnfitTerms) as caught:
        services.prepare(version=services.draft_terms(dataset=bicycles, terms=finer), user=people["steward"], at=AT)
    assert caught.value.part == part
    assert caught.value.remedy


def test_an_exception_takes_a_reason_and_keeps_it(bicycles: Dataset, people: dict[str, User]) -> None:
    finer = replace(PEOPLE, resolution="PT15M")
    blank = services.draft_terms(dataset=bicycles, terms=finer, override_reason="  ")
    with pytest.raises(UnfitTerms):
        services.prepare(version=blank, user=people["steward"], at=AT)
    reason = "Council decision 17/2026 for the bridge closure"
    excepted = services.draft_terms(dataset=bicycles, terms=finer, override_reason=reason)
    prepared = services.prepare(version=excepted, user=people["steward"], at=AT)
    assert TermsVersion.objects.get(pk=prepared.pk).override_reason == reason


def test_sensitive_data_stay_inside_without_a_reason(
    department: Department, streams: dict[str, int], people: dict[str, User]
) -> None:
    meters = services.create_dataset(
        identifier="zaehler", title_de="Zähler", department=department, sensitivity="sensitive"
    )
    services.set_members(dataset=meters, datastream_ids=[streams["street"]])
    shared = services.draft_terms(dataset=meters, terms=replace(templates.sensitive(), visibility="peers"))
    with pytest.raises(UnfitTerms) as caught:
        services.prepare(version=shared, user=people["steward"], at=AT)
    assert caught.value.part == "visibility"
    inside = services.draft_terms(dataset=meters, terms=templates.sensitive())
    services.prepare(version=inside, user=people["steward"], at=AT)


@pytest.mark.parametrize("sensitivity", list(Sensitivity))
def test_the_terms_each_class_begins_with_are_fit(sensitivity: Sensitivity) -> None:
    begun = templates.CLASSES[sensitivity.value]()
    fitness.require_fit(TermsVersion(dataset=Dataset(sensitivity=sensitivity), terms=begun.to_mapping()))


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(terms())
def test_whatever_passes_as_people_is_hourly_late_coarse_and_suppressed(given_terms: Terms) -> None:
    version = TermsVersion(dataset=Dataset(sensitivity="people"), terms=given_terms.to_mapping())
    try:
        fitness.require_fit(version)
    except UnfitTerms:
        return
    assert given_terms.visibility == "internal" or (
        given_terms.resolution in {"PT1H", "P1D"}
        and given_terms.delay >= timedelta(hours=1)
        and (given_terms.grid_m or 0) >= 100
        and (given_terms.suppress_below or 0) >= 3
    )


@pytest.mark.parametrize("parts", [("in",), ("out",), ("in", "out")])
def test_a_total_beside_its_parts_is_refused(
    bicycles: Dataset, streams: dict[str, int], people: dict[str, User], parts: tuple[str, ...]
) -> None:
    services.set_members(dataset=bicycles, datastream_ids=[streams["total"], *(streams[part] for part in parts)])
    with pytest.raises(Differencing) as caught:
        services.prepare(version=services.draft_terms(dataset=bicycles, terms=PEOPLE), user=people["steward"], at=AT)
    assert "total" in caught.value.message
    assert caught.value.remedy


def test_parts_without_their_total_are_fine(
    bicycles: Dataset, streams: dict[str, int], people: dict[str, User]
) -> None:
    services.set_members(dataset=bicycles, datastream_ids=[streams["in"], streams["out"]])
    services.prepare(version=services.draft_terms(dataset=bicycles, terms=PEOPLE), user=people["steward"], at=AT)


def test_parts_are_not_slipped_in_after_the_signatures(
    released_bicycles: TermsVersion, streams: dict[str, int]
) -> None:
    dataset = released_bicycles.dataset
    with pytest.raises(Differencing):
        services.set_members(dataset=dataset, datastream_ids=[streams["total"], streams["in"]])
    assert [one.external_key for one in selectors.datastreams_of(dataset)] == ["total"]


def test_parts_in_another_dataset_are_a_warning(
    released_bicycles: TermsVersion, department: Department, streams: dict[str, int]
) -> None:
    other = services.create_dataset(
        identifier="richtungen", title_de="Richtungen", department=department, sensitivity="people"
    )
    services.set_members(dataset=other, datastream_ids=[streams["in"]])
    found = selectors.differences_across(other)
    assert [(one.total, one.parts, one.dataset) for one in found] == [("total", ("in",), "richtungen")]
    assert selectors.differences_within(other) == []


def test_a_dataset_without_datastreams_is_not_prepared(department: Department, people: dict[str, User]) -> None:
    empty = services.create_dataset(
        identifier="leer", title_de="Leer", department=department, sensitivity="environment"
    )
    with pytest.raises(Invalid) as caught:
        services.prepare(version=services.draft_terms(dataset=empty, terms={}), user=people["steward"], at=AT)
    assert caught.value.part == "datastreams"


def test_another_citys_data_are_never_public(
    air: Dataset, people: dict[str, User], replica: Callable[[bool], int]
) -> None:
    services.set_members(dataset=air, datastream_ids=[replica(True)])
    public = services.draft_terms(dataset=air, terms={"visibility": "public"})
    with pytest.raises(UnfitTerms):
        services.prepare(version=public, user=people["steward"], at=AT)
    services.prepare(
        version=services.draft_terms(dataset=air, terms={"visibility": "peers"}), user=people["steward"], at=AT
    )
