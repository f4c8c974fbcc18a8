"""A city's staff: one person a role in one department, one without a role, and clients signed in as each."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from apps.accounts import services as accounts
from apps.accounts.models import Department, User
from apps.accounts.types import Role

PASSWORD = "a-long-enough-one-4"


@pytest.fixture
def department(db: None) -> Department:
    """The department that answers for what the tests share."""
    return accounts.create_department(slug="environment", name_de="Umwelt", name_en="Environment")


@pytest.fixture
def person(department: Department) -> Callable[[str], User]:
    """Makes the person of a role (the same one when asked again); ``"nobody"`` is staff without a role."""
    made: dict[str, User] = {}

    def of(role: str) -> User:
        if role not in made:
            made[role] = accounts.create_person(username=role, password=PASSWORD, display_name=role, staff=True)
            if role in Role.values:
                wide = role in {Role.ADMINISTRATOR, Role.DESK}
                accounts.assign_role(user=made[role], role=role, department=None if wide else department)
        return made[role]

    return of


@pytest.fixture
def as_role(person: Callable[[str], User]) -> Callable[[str], Client]:
    """A client signed in as the person of that role; ``"stranger"`` is signed in as nobody."""

    def of(role: str) -> Client:
        client = Client()
        if role != "stranger":
            client.force_login(person(role))
        return client

    return of
