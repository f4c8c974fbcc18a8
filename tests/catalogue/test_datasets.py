"""Datasets: described strictly, members kept to what may be shared."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.accounts.models import Department, User
from apps.catalogue import events, selectors, services
from apps.catalogue.errors import ForeignMember, Taken
from apps.catalogue.models import Dataset, TermsVersion
from apps.core.errors import Invalid, NotPermitted
from apps.sensors.models import Datastream


@pytest.mark.parametrize("identifier", ["", "Luft", "luft güte", "-luft", "luft/1", "x" * 101])
def test_an_identifier_is_a_plain_word(department: Department, identifier: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.create_dataset(
            identifier=identifier, title_de="Luft", department=department, sensitivity="environment"
        )
    assert caught.value.part == "identifier"


def test_an_identifier_is_given_once(air: Dataset, department: Department) -> None:
    with pytest.raises(Taken):
        services.create_dataset(
            identifier=air.identifier, title_de="Luft", department=department, sensitivity="environment"
        )


def test_unknown_details_and_classes_are_refused(air: Dataset, department: Department) -> None:
    with pytest.raises(Invalid) as caught:
        services.describe_dataset(dataset=air, colour="blue")
    assert caught.value.part == "colour"
    with pytest.raises(Invalid):
        services.create_dataset(identifier="x", title_de="X", department=department, sensitivity="harmless")
    with pytest.raises(Invalid):
        services.describe_dataset(dataset=air, licence="free for all")


def test_a_description_can_change(air: Dataset) -> None:
    services.describe_dataset(dataset=air, title_en="Air quality", keywords=["air"], theme="ENVI", accrual="CONT")
    found = selectors.find("luft")
    assert found is not None
    assert (found.title_en, found.keywords, found.theme, found.accrual) == ("Air quality", ["air"], "ENVI", "CONT")


def test_a_replica_joins_only_with_its_owners_leave(air: Dataset, replica: Callable[[bool], int]) -> None:
    with pytest.raises(ForeignMember):
        services.set_members(dataset=air, datastream_ids=[replica(False)])
    allowed = replica(True)
    services.set_members(dataset=air, datastream_ids=[allowed])
    assert [one.pk for one in selectors.datastreams_of(air)] == [allowed]


def test_internal_and_unknown_datastreams_do_not_join(air: Dataset, streams: dict[str, int]) -> None:
    Datastream.objects.filter(pk=streams["out"]).update(is_internal=True)
    for wrong in (streams["out"], 999_999):
        with pytest.raises(Invalid):
            services.set_members(dataset=air, datastream_ids=[wrong])


def test_a_datastream_made_internal_is_shared_no_more(air: Dataset, streams: dict[str, int]) -> None:
    assert selectors.datastreams_of(air).exists()
    Datastream.objects.filter(pk=streams["street"]).update(is_internal=True)
    assert not selectors.datastreams_of(air).exists()


def test_members_are_the_stewards_until_terms_are_in_force_then_the_owners(
    bicycles: Dataset,
    people: dict[str, User],
    streams: dict[str, int],
    release: Callable[[TermsVersion], TermsVersion],
) -> None:
    ids = [streams["total"], streams["street"]]
    with pytest.raises(NotPermitted):
        services.set_members(dataset=bicycles, datastream_ids=ids, user=people["owner"])
    services.set_members(dataset=bicycles, datastream_ids=[streams["total"]], user=people["steward"])
    people_terms = {"visibility": "internal"}
    release(services.draft_terms(dataset=bicycles, terms=people_terms))
    with pytest.raises(NotPermitted):
        services.set_members(dataset=bicycles, datastream_ids=ids, user=people["steward"])
    services.set_members(dataset=bicycles, datastream_ids=ids, user=people["owner"])


@pytest.mark.django_db(transaction=True)
def test_changed_members_are_announced_and_unchanged_ones_are_not(air: Dataset, streams: dict[str, int]) -> None:
    heard: list[object] = []
    events.members_changed.subscribe(heard.append)
    services.set_members(dataset=air, datastream_ids=[streams["in"]])
    services.set_members(dataset=air, datastream_ids=[streams["in"]])
    assert heard == [events.MembersChanged(air.pk, (streams["in"],), (streams["street"],))]
