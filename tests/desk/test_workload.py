"""The figures for staff: what is open by state and law, what is late, and the median of days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.accounts.types import Role
from apps.desk import selectors, services
from apps.desk.models import OutcomeRecord, Request
from tests.desk.conftest import AT, person

pytestmark = pytest.mark.django_db


def test_open_requests_are_counted_by_state_and_law(make: Callable[..., Request], work: Request, clerk: User) -> None:
    make(subject="Another")
    assert work.due_on is not None
    later = AT + timedelta(days=(work.due_on - AT.date()).days + 1)
    found = selectors.workload(clerk, 2026, at=later)
    states = {label: number for label, number in found.by_status if number}
    assert sorted(states.values()) == [1, 1]
    assert (found.open, found.overdue, found.unassigned) == (2, 2, 1)
    assert {row.law: (row.open, row.overdue) for row in found.by_law} == {"ifg": (0, 0), "uig": (1, 1), "": (1, 1)}


def test_the_median_is_of_the_years_closed_requests(clerk: User) -> None:
    for days, law in ((2, "uig"), (10, "uig"), (60, "uig"), (20, "ifg"), (None, "ifg")):
        OutcomeRecord.objects.create(
            year=2026, law=law, resolution="granted", days=days, in_time=None if days is None else days < 30
        )
    OutcomeRecord.objects.create(year=2025, law="uig", resolution="granted", days=500)
    found = selectors.workload(clerk, 2026, at=AT)
    rows = {row.law: row for row in found.by_law}
    assert found.median_days == 15
    assert (rows["uig"].median_days, rows["uig"].in_time, rows["uig"].timed) == (10, 2, 3)
    assert (rows["ifg"].closed, rows["ifg"].median_days) == (2, 20)
    assert selectors.workload(clerk, 2020, at=AT).median_days is None


@pytest.mark.usefixtures("case")
def test_who_sees_no_request_counts_none(clerk: User) -> None:
    assert selectors.workload(clerk, 2026, at=AT).open == 1
    assert selectors.workload(person("owner", role=Role.OWNER), 2026, at=AT).open == 0


def test_a_closed_request_moves_from_open_to_the_year(work: Request, clerk: User) -> None:
    services.decide(case=work, by=clerk, resolution="granted", text="Yes", at=AT + timedelta(days=3))
    services.close(case=work, by=clerk, at=AT + timedelta(days=4))
    found = selectors.workload(clerk, 2026, at=AT + timedelta(days=5))
    assert (found.open, found.year.closed, found.median_days) == (0, 1, 3)
