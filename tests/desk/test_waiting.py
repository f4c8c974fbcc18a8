"""What waits for the desk: new, to be signed by another, due soon, overdue – for whoever may see it, and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.accounts.types import Role
from apps.desk import selectors, services
from apps.desk.models import Request
from apps.desk.selectors import Why
from tests.desk.conftest import AT, person

pytestmark = pytest.mark.django_db


def why(user: User, *, days: int = 0) -> list[tuple[str, str]]:
    """Subject and reason of what waits for this person so many days later."""
    found = selectors.waiting_for(user, at=AT + timedelta(days=days))
    return [(row.case.subject, row.why) for row in found]


def test_a_new_request_waits_for_everybody_of_the_desk_until_somebody_begins(case: Request, clerk: User) -> None:
    assert why(clerk) == [("Air at the market", Why.NEW)]
    assert selectors.waiting_for(clerk, at=AT)[0].since == case.received_at
    services.take(case=case, by=clerk, at=AT)
    assert why(clerk) == []


def test_a_refusal_waits_for_another_persons_signature(work: Request, clerk: User, second: User) -> None:
    services.decide(case=work, by=clerk, resolution="refused", text="No", grounds=["uig-8-vague"], at=AT)
    assert why(second) == [("Air at the market", Why.SIGN)]
    assert why(clerk) == []


def test_a_deadline_that_comes_near_waits_and_one_that_is_over_too(work: Request, clerk: User) -> None:
    assert work.due_on is not None
    left = (work.due_on - AT.date()).days
    assert why(clerk, days=left - 11) == []
    assert why(clerk, days=left - 10) == [("Air at the market", Why.SOON)]
    assert why(clerk, days=left) == [("Air at the market", Why.SOON)]
    assert why(clerk, days=left + 1) == [("Air at the market", Why.OVERDUE)]


def test_the_most_urgent_come_first_and_no_more_than_asked_for(make: Callable[..., Request], clerk: User) -> None:
    for number in range(4):
        made = make(subject=f"Number {number}")
        Request.objects.filter(pk=made.pk).update(due_on=(AT + timedelta(days=9 - number)).date())
    found = selectors.waiting_for(clerk, at=AT, most=2)
    assert [row.case.subject for row in found] == ["Number 3", "Number 2"]


@pytest.mark.usefixtures("case")
@pytest.mark.parametrize("role", [role for role in Role if role != Role.DESK])
def test_nothing_waits_for_anybody_else(role: Role) -> None:
    assert selectors.waiting_for(person("other", role=role), at=AT) == []
