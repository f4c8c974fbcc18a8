"""A dataset as a file for one requester: as its terms shape it, from who may see it, after a grant, with an end."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.types import Role
from apps.core.errors import Conflict, Invalid, NotFound, OwlError
from apps.desk import services
from apps.desk.errors import FileTooLarge
from apps.desk.models import Delivery, DoomedFile, Request
from apps.desk.services import exporting, storing
from apps.desk.types import DeliveryKind
from tests.desk.conftest import AT
from tests.holdings.city import DAY, dataset, department, own, person, record, replica

pytestmark = pytest.mark.django_db
INTERNAL = {"visibility": "internal", "resolution": "PT1H", "statistics": ["mean"]}


@pytest.fixture
def colleague(db: None) -> User:
    """Works at the desk of the department whose dataset it is, and so may see it."""
    made = person("colleague", display_name="Colleague")
    accounts.assign_role(user=made, role=Role.DESK, department=department())
    return made


@pytest.fixture
def level(db: None) -> str:
    """A dataset that is not public: three hours of minutes, hourly under its terms."""
    stream = own("level")
    record(stream, {minute: float(minute) for minute in range(180)})
    dataset("level", [stream], INTERNAL)
    return "level"


@pytest.fixture
def granted(work: Request, clerk: User) -> Request:
    """A request that was granted."""
    services.decide(case=work, by=clerk, resolution="granted", text="Yes", at=AT)
    work.refresh_from_db()
    return work


def lines(case: Request) -> list[list[str]]:
    """The delivered CSV file, cell by cell."""
    file = case.deliveries.get().file
    assert file is not None
    return list(csv.reader(io.StringIO(storing.read(file.uid).decode())))


def test_the_file_holds_what_the_terms_let_out_though_they_are_not_public(
    granted: Request, colleague: User, level: str
) -> None:
    made = services.deliver_export(case=granted, by=colleague, dataset_key=level, at=AT)
    head, *rows = lines(granted)
    assert {row[head.index("statistic")] for row in rows} == {"mean"}
    assert [float(row[head.index("result")]) for row in rows] == [29.5, 89.5, 149.5]
    assert (made.kind, made.dataset_key, made.title) == (DeliveryKind.EXPORT, "level", "level")
    assert made.expires_at == AT + timedelta(days=30)
    assert made.file is not None
    assert (made.file.name, made.file.media_type, made.file.shown) == ("level.csv", "text/csv", True)
    assert made.file.size == len(storing.read(made.file.uid))
    assert not DoomedFile.objects.exists()
    assert granted.messages.filter(body="Ready for you: level").exists()


def test_a_part_of_the_time_in_another_format(granted: Request, colleague: User, level: str) -> None:
    made = services.deliver_export(
        case=granted,
        by=colleague,
        dataset_key=level,
        format="json",
        start=DAY + timedelta(hours=1),
        end=DAY + timedelta(hours=2),
        at=AT,
    )
    assert made.file is not None
    text = storing.read(made.file.uid).decode()
    assert "89.5" in text
    assert "29.5" not in text


def test_its_bytes_are_destroyed_when_its_time_is_over(granted: Request, colleague: User, level: str) -> None:
    made = services.deliver_export(case=granted, by=colleague, dataset_key=level, days=2, at=AT)
    assert made.file is not None
    uid = made.file.uid
    assert services.run_due(at=AT + timedelta(days=3)) >= 1
    assert Delivery.objects.get().file is None
    assert DoomedFile.objects.filter(uid=uid).exists() or not storing.path_of(uid).exists()


def test_who_may_not_see_the_dataset_hands_nothing_out(granted: Request, clerk: User, level: str) -> None:
    with pytest.raises(NotFound):
        services.deliver_export(case=granted, by=clerk, dataset_key=level, at=AT)
    assert not granted.deliveries.exists()


@pytest.mark.usefixtures("level")
def test_nothing_is_handed_out_before_it_is_granted(work: Request, colleague: User) -> None:
    with pytest.raises(Conflict):
        services.deliver_export(case=work, by=colleague, dataset_key="level", at=AT)


def test_without_terms_nothing_says_in_which_shape_it_may_leave(granted: Request, colleague: User) -> None:
    dataset("bare", [own("bare")], None)
    with pytest.raises(Invalid, match="no terms in force"):
        services.deliver_export(case=granted, by=colleague, dataset_key="bare", at=AT)


def test_another_citys_data_are_for_that_city_to_give(granted: Request, colleague: User) -> None:
    replica("rain", {"visibility": "public"})
    accounts.assign_role(user=colleague, role=Role.OWNER)
    with pytest.raises(OwlError, match="belong to another city"):
        services.deliver_export(case=granted, by=colleague, dataset_key="rain~herford.example", at=AT)


@pytest.mark.parametrize("wrong", [{"format": "exe"}, {"days": 0}, {"days": 400}])
def test_a_wrong_wish_is_told(granted: Request, colleague: User, level: str, wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        services.deliver_export(case=granted, by=colleague, dataset_key=level, at=AT, **wrong)  # type: ignore[arg-type]


def test_a_file_that_grows_too_large_is_not_kept(
    granted: Request, colleague: User, level: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "MOST_BYTES", 200)
    with pytest.raises(FileTooLarge):
        services.deliver_export(case=granted, by=colleague, dataset_key=level, at=AT)
    assert not granted.deliveries.exists()
