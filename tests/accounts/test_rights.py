"""The one gate: what ``may`` says always follows the database."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts import selectors, services
from apps.accounts.models import Department, User
from apps.accounts.types import Role, UserKind
from apps.core.errors import Invalid

VIEW = "accounts.view_department"


def test_nobody_may_anything_that_was_not_granted(person: User, department: Department) -> None:
    assert not services.may(person, VIEW, department)


def test_a_grant_holds_for_this_object_and_this_permission_only(
    person: User, department: Department, archive: Department
) -> None:
    services.grant(principal=person, permission=VIEW, object=department)
    services.grant(principal=person, permission=VIEW, object=department)
    assert services.may(person, VIEW, department)
    assert services.may(person, "view_department", department)
    assert not services.may(person, VIEW, archive)
    assert not services.may(person, "accounts.change_department", department)


def test_a_permission_of_another_app_is_never_held(person: User, department: Department) -> None:
    services.grant(principal=person, permission=VIEW, object=department)
    assert not services.may(person, "catalogue.view_department", department)


def test_a_revocation_counts_at_once_even_for_a_user_in_memory(person: User, department: Department) -> None:
    services.grant(principal=person, permission=VIEW, object=department)
    assert services.may(person, VIEW, department)
    services.revoke(principal=User.objects.get(pk=person.pk), permission=VIEW, object=department)
    assert not services.may(person, VIEW, department)
    services.revoke(principal=person, permission=VIEW, object=department)


def test_a_deactivated_principal_may_nothing_even_when_the_copy_in_memory_says_active(department: Department) -> None:
    peer = services.create_principal(kind=UserKind.PEER, name="did:web:node.example")
    services.grant(principal=peer, permission=VIEW, object=department)
    services.set_active(user=User.objects.get(pk=peer.pk), active=False)
    assert peer.is_active
    assert not services.may(peer, VIEW, department)
    services.set_active(user=peer, active=True)
    assert services.may(peer, VIEW, department)


def test_a_departments_right_reaches_its_members_while_they_have_a_role_there(
    person: User, department: Department, archive: Department
) -> None:
    services.grant(principal=department, permission=VIEW, object=archive)
    services.assign_role(user=person, role=Role.STEWARD, department=department)
    assert services.may(person, VIEW, archive)
    services.remove_role(user=person, role=Role.STEWARD, department=department)
    assert not services.may(person, VIEW, archive)


def test_anonymous_may_nothing(department: Department) -> None:
    assert not services.may(AnonymousUser(), VIEW, department)
    assert not selectors.objects_with(AnonymousUser(), VIEW, Department.objects.all()).exists()


def test_every_question_asks_the_database(person: User, department: Department) -> None:
    services.grant(principal=person, permission=VIEW, object=department)
    services.may(person, VIEW, department)
    with CaptureQueriesContext(connection) as first:
        services.may(person, VIEW, department)
    assert 2 <= len(first) <= 4


def test_an_unknown_permission_cannot_be_granted(person: User, department: Department) -> None:
    for wrong in ("accounts.fly_department", "catalogue.view_department"):
        with pytest.raises(Invalid) as caught:
            services.grant(principal=person, permission=wrong, object=department)
        assert caught.value.part == "permission"


def test_objects_with_lists_exactly_what_may_allows(person: User, department: Department, archive: Department) -> None:
    services.grant(principal=person, permission=VIEW, object=archive)
    listed = set(selectors.objects_with(person, VIEW, Department.objects.all()))
    assert listed == {row for row in Department.objects.all() if services.may(person, VIEW, row)} == {archive}
