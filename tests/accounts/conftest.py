"""What the tests of accounts share."""

from __future__ import annotations

import pytest

from apps.accounts import services
from apps.accounts.models import Department, User

PASSWORD = "kranich-im-moor-1857"


@pytest.fixture
def person(db: None) -> User:
    """A person without any right."""
    return services.create_person(username="annette", password=PASSWORD)


@pytest.fixture
def department(db: None) -> Department:
    """A department; it also serves as the object rights are about."""
    return services.create_department(slug="umwelt", name_de="Umweltamt", name_en="Environment")


@pytest.fixture
def archive(db: None) -> Department:
    """Another one."""
    return services.create_department(slug="archiv", name_de="Stadtarchiv", name_en="Archive")
