"""Persons, principals, departments and roles."""

from __future__ import annotations

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError

from apps.accounts import selectors, services
from apps.accounts.models import Department, User
from apps.accounts.types import Role, UserKind
from apps.core.errors import Conflict, Invalid
from tests.accounts.conftest import PASSWORD


def test_a_person_can_log_in(person: User) -> None:
    assert authenticate(username="annette", password=PASSWORD) == person
    assert authenticate(username="annette", password="falsch") is None


@pytest.mark.parametrize(
    ("username", "password", "part"),
    [("annette", "12345", "password"), ("an nette", PASSWORD, "username"), ("", PASSWORD, "username")],
)
def test_an_impossible_person_is_refused_with_the_part_named(db: None, username: str, password: str, part: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.create_person(username=username, password=password)
    assert caught.value.part == part


def test_a_user_name_is_given_once(person: User) -> None:
    with pytest.raises(Conflict):
        services.create_person(username="annette", password=PASSWORD)


def test_a_principal_is_made_once_and_has_no_password(db: None) -> None:
    did = "did:web:127.0.0.1%3A8101"
    first = services.create_principal(kind=UserKind.PEER, name=did)
    again = services.create_principal(kind="peer", name=did)
    service = services.create_principal(kind=UserKind.SERVICE, name=did)
    assert first == again
    assert first != service
    assert not first.has_usable_password()
    assert str(first) == did
    first.full_clean(exclude=["password"])
    assert selectors.principal(kind=UserKind.PEER, name=did) == first


def test_dids_that_read_alike_get_different_user_names(db: None) -> None:
    names = ["did:web:a%3A1", "did:web:a%3a1", "did:web:a:3A1", "did:web:ä", "did:web:ö", "x" * 255]
    made = {services.create_principal(kind=UserKind.PEER, name=name).username for name in names}
    assert len(made) == len(names)


@pytest.mark.parametrize(("kind", "name"), [("person", "x"), ("peer", ""), ("peer", "x" * 256)])
def test_an_impossible_principal_is_refused(db: None, kind: str, name: str) -> None:
    with pytest.raises(Invalid):
        services.create_principal(kind=kind, name=name)


def test_the_database_itself_keeps_principals_out_of_the_staff(db: None) -> None:
    peer = services.create_principal(kind=UserKind.PEER, name="did:web:node.example")
    peer.is_superuser = True
    with pytest.raises(IntegrityError):
        peer.save()


def test_a_role_in_a_department_holds_there_and_a_role_on_the_node_everywhere(
    person: User, department: Department, archive: Department
) -> None:
    services.assign_role(user=person, role=Role.STEWARD, department=department)
    services.assign_role(user=person, role=Role.STEWARD, department=department)
    assert services.has_role(person, Role.STEWARD, department)
    assert not services.has_role(person, Role.STEWARD, archive)
    assert not services.has_role(person, Role.STEWARD)
    assert not services.has_role(person, Role.OWNER, department)
    services.assign_role(user=person, role=Role.GATEKEEPER)
    assert services.has_role(person, Role.GATEKEEPER)
    assert services.has_role(person, Role.GATEKEEPER, archive)
    assert list(selectors.with_role(Role.STEWARD, department)) == [person]
    assert list(selectors.with_role(Role.STEWARD, archive)) == []


def test_whoever_is_switched_off_has_no_role(person: User) -> None:
    services.assign_role(user=person, role=Role.ADMINISTRATOR)
    services.set_active(user=person, active=False)
    assert not services.has_role(person, Role.ADMINISTRATOR)
    assert not selectors.with_role(Role.ADMINISTRATOR).exists()


def test_membership_lasts_as_long_as_the_last_role(person: User, department: Department) -> None:
    services.assign_role(user=person, role=Role.STEWARD, department=department)
    services.assign_role(user=person, role=Role.OWNER, department=department)
    services.remove_role(user=person, role=Role.STEWARD, department=department)
    assert list(selectors.departments_of(person)) == [department]
    services.remove_role(user=person, role=Role.OWNER, department=department)
    assert list(selectors.departments_of(person)) == []


def test_only_persons_hold_roles_and_only_known_ones(person: User) -> None:
    peer = services.create_principal(kind=UserKind.PEER, name="did:web:node.example")
    with pytest.raises(Invalid):
        services.assign_role(user=peer, role=Role.OWNER)
    with pytest.raises(Invalid):
        services.assign_role(user=person, role="king")


def test_a_superuser_has_no_role_by_that_alone(db: None) -> None:
    root = services.create_administrator(username="root", password=PASSWORD)
    assert services.has_role(root, Role.ADMINISTRATOR)
    assert not services.has_role(root, Role.OWNER)


def test_a_departments_name_is_taken_once_and_checked(department: Department) -> None:
    with pytest.raises(Conflict):
        services.create_department(slug="umwelt", name_de="U", name_en="U")
    with pytest.raises(Invalid) as caught:
        services.create_department(slug="um welt", name_de="U", name_en="U")
    assert caught.value.part == "slug"
