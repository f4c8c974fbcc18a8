"""What the tests of a module keep is there for those that ask for it, unchanged for each, and for nobody else."""

from __future__ import annotations

import pytest

from apps.accounts import services as accounts
from apps.accounts.models import Department
from tests.keeping import Kept


@pytest.fixture(scope="module")
def _department(kept: Kept) -> None:
    with kept():
        accounts.create_department(slug="kept", name_de="Umwelt", name_en="Environment")


@pytest.mark.django_db
def test_who_asks_for_nothing_kept_does_not_meet_it() -> None:
    assert not Department.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("_department")
@pytest.mark.parametrize("time", ["once", "again"])
def test_what_a_test_changes_the_next_one_does_not_see(time: str) -> None:
    assert Department.objects.get().name_de == "Umwelt"
    Department.objects.update(name_de=time)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["once", "again"])
def test_who_commits_begins_with_nothing_kept(time: str) -> None:
    assert not Department.objects.exists()
    accounts.create_department(slug=time, name_de=time, name_en=time)
