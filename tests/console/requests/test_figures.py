"""The desk's figures on screen, for the desk alone."""

from __future__ import annotations

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.types import Role
from apps.core import clock
from apps.desk.models import OutcomeRecord
from tests.desk.conftest import clerk, person

__all__ = ["clerk"]
pytestmark = pytest.mark.django_db
ADDRESS = "/console/requests/figures/"


def test_a_year_is_chosen_and_nonsense_means_this_one(client: Client, clerk: User) -> None:
    client.force_login(clerk)
    last = clock.now().year - 1
    OutcomeRecord.objects.create(year=last, law="uig", resolution="granted", days=17, in_time=True)
    chosen = client.get(ADDRESS, {"year": str(last)}).content.decode()
    assert f"Received in {last}" in chosen
    assert ">17<" in chosen
    assert f"Received in {last + 1}" in client.get(ADDRESS, {"year": "x"}).content.decode()


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.OWNER])
def test_nobody_else_sees_them(client: Client, role: Role) -> None:
    client.force_login(person("other", role=role))
    assert client.get(ADDRESS).status_code == 403
