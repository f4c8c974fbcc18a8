"""Role × act, default deny: nobody but the desk reads or moves a request."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.types import Role
from apps.core.errors import NotPermitted, OwlError
from apps.desk import selectors, services
from apps.desk.errors import NoSuchRequest
from apps.desk.models import Request
from apps.desk.services import moving
from apps.desk.types.rights import RIGHTS, StaffAct
from tests.desk.conftest import AT, person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("act", StaffAct)
@pytest.mark.parametrize("role", [*Role, None])
def test_role_by_act(case: Request, role: Role | None, act: StaffAct) -> None:
    user = person("somebody", role=role) if role else accounts.create_person(username="somebody", password=None)
    assert moving.may(user, act, case) == (role == Role.DESK)


def test_the_table_names_every_act() -> None:
    assert set(RIGHTS) == set(StaffAct)


def test_a_superuser_without_the_role_reads_nothing(case: Request) -> None:
    root = accounts.create_administrator(username="root", password="a long enough pass phrase")
    assert not Request.objects.visible_to(root).exists()
    assert not Request.objects.visible_to(AnonymousUser()).exists()
    assert not Request.objects.visible_to(None).exists()
    with pytest.raises(NoSuchRequest):
        selectors.find(root, case.case_number)


def test_who_was_switched_off_reads_nothing(case: Request, clerk: User) -> None:
    accounts.set_active(user=clerk, active=False)
    with pytest.raises(NoSuchRequest):
        services.take(case=case, by=clerk, at=AT)


def test_departments_see_their_own_and_what_nobody_has_yet(make: Callable[..., Request], clerk: User) -> None:
    green = accounts.create_department(slug="green", name_de="Grün", name_en="Green")
    roads = accounts.create_department(slug="roads", name_de="Straßen", name_en="Roads")
    gardener = accounts.create_person(username="gardener", password=None)
    accounts.assign_role(user=gardener, role=Role.DESK, department=green)
    ours, theirs, nobodys = make(), make(), make()
    services.assign(case=ours, by=clerk, owner=gardener, deputy=clerk, department=green, at=AT)
    services.assign(case=theirs, by=clerk, owner=None, deputy=None, department=roads, at=AT)
    assert set(Request.objects.visible_to(gardener)) == {ours, nobodys}
    assert services.take(case=ours, by=gardener, at=AT).owner == gardener
    with pytest.raises(NoSuchRequest):
        services.take(case=theirs, by=gardener, at=AT)
    with pytest.raises(OwlError):
        services.assign(case=theirs, by=clerk, owner=gardener, deputy=None, department=roads, at=AT)


def test_an_owner_of_data_is_told_that_there_is_nothing(case: Request) -> None:
    owner = person("owner", role=Role.OWNER)
    for act in (services.take, services.close):
        with pytest.raises((NoSuchRequest, NotPermitted)):
            act(case=case, by=owner, at=AT)
