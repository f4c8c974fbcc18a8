"""Release: three different people, in order, on the record – and nothing takes effect before the last one signed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.accounts import services as accounts
from apps.accounts.models import Department, User
from apps.accounts.types import Role
from apps.catalogue import events, selectors, services
from apps.catalogue.errors import SamePerson, WrongState
from apps.catalogue.models import Dataset, TermsVersion
from apps.catalogue.states import TermsState
from apps.catalogue.types import SignatureRole
from apps.core.errors import Invalid, NotPermitted
from apps.ledger.models import Entry
from apps.policies import templates
from apps.policies.terms import Terms
from tests.catalogue.conftest import AT

Release = Callable[[TermsVersion], TermsVersion]


@pytest.fixture
def drafted(bicycles: Dataset) -> TermsVersion:
    """A draft about people."""
    return services.draft_terms(dataset=bicycles, terms=templates.people())


def test_harmless_terms_take_a_steward_and_an_owner(air: Dataset, people: dict[str, User]) -> None:
    version = services.draft_terms(dataset=air, terms={"visibility": "public"})
    prepared = services.prepare(version=version, user=people["steward"], at=AT)
    assert selectors.released(air) is None
    assert selectors.missing_signatures(prepared) == [SignatureRole.OWNER]
    services.release(version=prepared, user=people["owner"], at=AT)
    assert selectors.released(air) == version


def test_terms_about_people_take_the_gatekeeper_first(drafted: TermsVersion, people: dict[str, User]) -> None:
    prepared = services.prepare(version=drafted, user=people["steward"], at=AT)
    with pytest.raises(WrongState) as caught:
        services.release(version=prepared, user=people["owner"], at=AT)
    assert caught.value.part == "signatures"
    assert selectors.released(drafted.dataset) is None
    services.gate(version=prepared, user=people["gatekeeper"], at=AT)
    released = services.release(version=prepared, user=people["owner"], at=AT)
    assert released.state == TermsState.RELEASED
    assert released.released_at == AT


def test_nobody_signs_twice_whatever_roles_they_hold(drafted: TermsVersion, people: dict[str, User]) -> None:
    prepared = services.prepare(version=drafted, user=people["all"], at=AT)
    with pytest.raises(SamePerson):
        services.gate(version=prepared, user=people["all"], at=AT)
    services.gate(version=prepared, user=people["gatekeeper"], at=AT)
    with pytest.raises(SamePerson):
        services.release(version=prepared, user=people["all"], at=AT)


def test_no_role_signs_twice(drafted: TermsVersion, people: dict[str, User]) -> None:
    prepared = services.prepare(version=drafted, user=people["steward"], at=AT)
    services.gate(version=prepared, user=people["gatekeeper"], at=AT)
    with pytest.raises(WrongState):
        services.gate(version=prepared, user=people["all"], at=AT)


@pytest.mark.parametrize("wrong", ["owner", "gatekeeper"])
def test_only_a_steward_prepares(drafted: TermsVersion, people: dict[str, User], wrong: str) -> None:
    with pytest.raises(NotPermitted):
        services.prepare(version=drafted, user=people[wrong], at=AT)


def test_a_superuser_without_the_role_signs_nothing(drafted: TermsVersion, people: dict[str, User]) -> None:
    root = accounts.create_administrator(username="root", password="kranich-im-moor-1857")
    with pytest.raises(NotPermitted):
        services.prepare(version=drafted, user=root, at=AT)


def test_the_steward_of_another_department_signs_nothing(drafted: TermsVersion, department: Department) -> None:
    other = accounts.create_department(slug="archiv", name_de="Stadtarchiv", name_en="Archive")
    stranger = accounts.create_person(username="stranger", password=None)
    accounts.assign_role(user=stranger, role=Role.STEWARD, department=other)
    with pytest.raises(NotPermitted):
        services.prepare(version=drafted, user=stranger, at=AT)


def test_somebody_switched_off_signs_nothing(drafted: TermsVersion, people: dict[str, User]) -> None:
    accounts.set_active(user=people["steward"], active=False)
    with pytest.raises(NotPermitted):
        services.prepare(version=drafted, user=people["steward"], at=AT)


def test_a_draft_cannot_be_released(drafted: TermsVersion, people: dict[str, User]) -> None:
    with pytest.raises(WrongState):
        services.release(version=drafted, user=people["owner"], at=AT)
    with pytest.raises(WrongState):
        services.gate(version=drafted, user=people["gatekeeper"], at=AT)


def test_one_version_at_a_time_waits_for_signatures(drafted: TermsVersion, people: dict[str, User]) -> None:
    services.prepare(version=drafted, user=people["steward"], at=AT)
    second = services.draft_terms(dataset=drafted.dataset, terms=templates.people())
    assert second.number == drafted.number + 1
    with pytest.raises(WrongState):
        services.prepare(version=second, user=people["steward"], at=AT)


def test_a_newer_release_supersedes_the_older(released_bicycles: TermsVersion, release: Release) -> None:
    dataset = released_bicycles.dataset
    newer = release(services.draft_terms(dataset=dataset, terms=templates.people()))
    released_bicycles.refresh_from_db()
    assert selectors.released(dataset) == newer
    assert (released_bicycles.state, released_bicycles.ended_at) == (TermsState.SUPERSEDED, AT)


def test_every_release_is_in_the_ledger_without_a_name(released_bicycles: TermsVersion, release: Release) -> None:
    newer = release(services.draft_terms(dataset=released_bicycles.dataset, terms=templates.people()))
    entries = Entry.objects.filter(kind="release").order_by("index")
    assert [(one.payload["number"], one.payload["change"]) for one in entries] == [
        (1, "released"),
        (1, "superseded"),
        (2, "released"),
    ]
    last = entries[2].payload
    assert last["terms"] == newer.digest
    assert {one["role"] for one in last["signatures"]} == {"steward", "owner", "gatekeeper"}
    assert "gatekeeper" not in {one["commitment"] for one in last["signatures"]}
    assert not any(name in str(one["commitment"]) for one in last["signatures"] for name in ("steward", "owner"))


@pytest.mark.parametrize("who", ["owner", "gatekeeper"])
def test_owner_and_gatekeeper_take_a_release_back(
    released_bicycles: TermsVersion, people: dict[str, User], who: str
) -> None:
    services.withdraw_release(version=released_bicycles, user=people[who], at=AT)
    assert selectors.released(released_bicycles.dataset) is None
    assert Entry.objects.order_by("-index")[0].payload["change"] == "withdrawn"
    with pytest.raises(WrongState):
        services.withdraw_release(version=released_bicycles, user=people[who], at=AT)


def test_a_steward_alone_takes_nothing_back(released_bicycles: TermsVersion, people: dict[str, User]) -> None:
    with pytest.raises(NotPermitted):
        services.withdraw_release(version=released_bicycles, user=people["steward"], at=AT)


def test_terms_not_understood_are_no_draft(air: Dataset) -> None:
    with pytest.raises(Invalid) as caught:
        services.draft_terms(dataset=air, terms={"visibility": "public", "colour": "blue"})
    assert caught.value.part == "colour"
    assert caught.value.remedy
    with pytest.raises(Invalid):
        services.draft_terms(dataset=air, terms=Terms(visibility="everybody"))


def test_only_a_steward_drafts(air: Dataset, people: dict[str, User]) -> None:
    assert services.draft_terms(dataset=air, terms={}, user=people["steward"]).state == TermsState.DRAFT
    with pytest.raises(NotPermitted):
        services.draft_terms(dataset=air, terms={}, user=people["owner"])


@pytest.mark.django_db(transaction=True)
def test_release_and_withdrawal_are_announced_once_committed(
    bicycles: Dataset, people: dict[str, User], release: Release
) -> None:
    heard: list[object] = []
    events.terms_released.subscribe(heard.append)
    events.release_withdrawn.subscribe(heard.append)
    version = release(services.draft_terms(dataset=bicycles, terms=templates.people()))
    services.withdraw_release(version=version, user=people["owner"], at=AT)
    assert heard == [
        events.TermsReleased(bicycles.pk, version.pk, None),
        events.ReleaseWithdrawn(bicycles.pk, version.pk),
    ]
