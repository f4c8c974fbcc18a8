"""Rights on single objects: a role in another department opens the screen, and shows and moves nothing of this one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import Department, User
from apps.accounts.types import Role
from apps.catalogue import services as catalogue
from apps.catalogue.models import Dataset, TermsVersion

TERMS = {"visibility": "peers"}
LOOK = ["", "terms/1/"]
ACT = ["offer", "terms/1/prepare", "terms/1/gate", "terms/1/release", "terms/1/withdraw", "description", "sensors"]


@pytest.fixture
def dataset(department: Department) -> Dataset:
    """A dataset of the department with a draft of terms."""
    made = catalogue.create_dataset(
        identifier="air", title_de="Luft", department=department, sensitivity="environment", title_en="Air"
    )
    catalogue.draft_terms(dataset=made, terms=TERMS)
    return made


@pytest.fixture
def elsewhere(db: None) -> Callable[[str], Client]:
    """A client of a person who holds the role in another department."""
    place = accounts.create_department(slug="parks", name_de="Grün", name_en="Parks")

    def of(role: str) -> Client:
        person = accounts.create_person(username=f"other-{role}", password=None, staff=True)
        accounts.assign_role(user=person, role=role, department=place)
        client = Client()
        client.force_login(person)
        return client

    return of


@pytest.mark.parametrize("role", [Role.STEWARD, Role.OWNER, Role.GATEKEEPER])
def test_another_department_neither_sees_nor_moves_a_dataset(
    role: Role, dataset: Dataset, elsewhere: Callable[[str], Client]
) -> None:
    client = elsewhere(role)
    assert "Air" not in client.get("/console/datasets/").content.decode()
    assert "air" not in client.get("/console/explain").content.decode()
    for path in LOOK:
        assert client.get(f"/console/datasets/air/{path}").status_code == 404, path
    for path in ACT:
        client.post(f"/console/datasets/air/{path}", {"standing": "yes", "title_de": "Meins"})
    dataset.refresh_from_db()
    assert dataset.title_de == "Luft"
    assert TermsVersion.objects.get().state == "draft"
    assert not dataset.offers.exists()


@pytest.mark.parametrize("role", [Role.STEWARD, Role.OWNER, Role.GATEKEEPER])
def test_ones_own_department_sees_it(role: Role, dataset: Dataset, as_role: Callable[[str], Client]) -> None:
    client = as_role(role)
    assert "Air" in client.get("/console/datasets/").content.decode()
    for path in LOOK:
        assert client.get(f"/console/datasets/air/{path}").status_code == 200, path


def test_a_hidden_dataset_answers_like_none(dataset: Dataset, elsewhere: Callable[[str], Client]) -> None:
    client = elsewhere(Role.STEWARD)
    hidden = client.get("/console/datasets/air/").content.decode().replace("air", "…")
    absent = client.get("/console/datasets/none/").content.decode().replace("none", "…")
    assert hidden.count("…") >= 1
    assert [line for line in hidden.splitlines() if "nonce" not in line] == [
        line for line in absent.splitlines() if "nonce" not in line
    ]


def test_a_department_administrator_gives_no_roles(person: Callable[[str], User], department: Department) -> None:
    local = accounts.create_person(username="local", password=None, staff=True)
    accounts.assign_role(user=local, role=Role.ADMINISTRATOR, department=department)
    client = Client()
    client.force_login(local)
    client.post(f"/console/people/{local.pk}/give", {"role": "owner", "department": ""})
    assert not local.roles.filter(role=Role.OWNER).exists()


def test_the_last_administrator_stays(as_role: Callable[[str], Client], person: Callable[[str], User]) -> None:
    client, me = as_role("administrator"), person("administrator")
    for act, given in (("take", {"role": "administrator", "department": ""}), ("switch", {"active": "no"})):
        page = client.post(f"/console/people/{me.pk}/{act}", given, follow=True)
        assert page.status_code == 200
        assert "last administrator" in page.content.decode()
    me.refresh_from_db()
    assert me.is_active
    assert me.roles.filter(role=Role.ADMINISTRATOR).exists()
