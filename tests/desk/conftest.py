"""People of the desk and a request to work on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import pytest
from celery.app.task import Task
from django.apps import apps
from pytest_django import Settings

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.types import Role
from apps.desk import services
from apps.desk.models import Request
from apps.desk.types.submissions import Submission

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def person(name: str, *, role: str = Role.DESK) -> User:
    """Somebody with a role on the whole node."""
    user = accounts.create_person(username=name, password=None, display_name=name.title(), staff=True)
    accounts.assign_role(user=user, role=role)
    return user


@pytest.fixture(autouse=True)
def _own_files(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.NODE = settings.NODE.model_copy(update={"files_dir": tmp_path / "files"})
    # Tasks are hints; these tests ask for the work themselves.
    monkeypatch.setattr(Task, "apply_async", lambda *args, **kwargs: None)


@pytest.fixture
def clerk(db: None) -> User:
    """Works at the desk."""
    return person("clerk")


@pytest.fixture
def second(db: None) -> User:
    """Works there, too."""
    return person("second")


@pytest.fixture
def make(db: None) -> Callable[..., Request]:
    """Receive a request; keywords change the form."""

    def receive(**given: object) -> Request:
        values: dict[str, object] = {
            "subject": "Air at the market",
            "description": "Nitrogen dioxide, hourly, 2025",
            "language": "en",
            "email": "asker@example.org",
            "requester_name": "Erika Mustermann",
            "register_consent": True,
        }
        return services.receive(submission=Submission(**(values | given)), at=AT).case  # type: ignore[arg-type]

    return receive


@pytest.fixture
def case(make: Callable[..., Request]) -> Request:
    """A request that was just received."""
    return make()


@pytest.fixture
def work(case: Request, clerk: User) -> Request:
    """A request in work under the UIG."""
    taken = services.take(case=case, by=clerk, at=AT)
    return services.pick_law(case=taken, by=clerk, law="uig", at=AT)


@pytest.fixture
def texts(db: None) -> None:
    """The text templates that every node begins with; tests that commit empty their table."""
    import_module("apps.desk.migrations.0002_texts").seed(apps, None)
