"""Which roles somebody holds, anywhere and where."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from apps.accounts import selectors
from apps.accounts import services as accounts
from apps.accounts.types import Role

pytestmark = pytest.mark.django_db


def test_duties_name_the_department_and_end_with_the_account() -> None:
    place = accounts.create_department(slug="parks", name_de="Parks", name_en="Parks")
    person = accounts.create_person(username="p", password=None)
    accounts.assign_role(user=person, role=Role.OWNER, department=place)
    accounts.assign_role(user=person, role=Role.STEWARD)
    assert selectors.duties_of(person) == {(Role.OWNER, place.pk), (Role.STEWARD, None)}
    assert selectors.roles_of(person) == {Role.OWNER, Role.STEWARD}
    accounts.set_active(user=person, active=False)
    assert selectors.roles_of(person) == frozenset()
    assert selectors.roles_of(AnonymousUser()) == frozenset()
