"""Duties: one holder at a time, fenced writes, backoff within its bounds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from django.db import connection, models
from hypothesis import given
from hypothesis import strategies as st

from apps.core import duties
from apps.core.errors import LeaseLost
from apps.core.models import Duty

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Errand(Duty):
    """A duty with nothing else, in a table of its own for these tests."""

    objects: ClassVar[models.Manager[Errand]] = models.Manager()

    class Meta:
        app_label = "core"


@pytest.fixture
def errand(transactional_db: None) -> Iterator[Errand]:
    with connection.schema_editor() as editor:
        editor.create_model(Errand)
    row = Errand.objects.create(next_attempt_at=AT)
    yield row
    with connection.schema_editor() as editor:
        editor.delete_model(Errand)


def test_what_one_holds_no_other_gets(errand: Errand) -> None:
    assert [row.pk for row in duties.claim(Errand.objects.all(), at=AT)] == [errand.pk]
    assert duties.claim(Errand.objects.all(), at=AT) == []


def test_what_is_taken_in_turn_is_claimed_when_its_turn_comes(errand: Errand) -> None:
    others = {Errand.objects.create(next_attempt_at=AT + timedelta(seconds=n)).pk for n in (1, 2)}
    late = AT + timedelta(minutes=1)
    turns = duties.in_turn(Errand.objects.all(), at=late, limit=2, lease_seconds=60)
    first, moment = next(turns)
    assert (first.pk, moment) == (errand.pk, late)
    assert set(duties.due(Errand.objects.all(), at=late).values_list("pk", flat=True)) == others
    assert len(list(turns)) == 1
    assert duties.due(Errand.objects.all(), at=late).count() == 1


def test_nothing_is_due_before_its_time_or_without_one(errand: Errand) -> None:
    assert duties.claim(Errand.objects.all(), at=AT - timedelta(seconds=1)) == []
    Errand.objects.update(next_attempt_at=None)
    assert duties.claim(Errand.objects.all(), at=AT) == []


def test_whoever_lost_the_lease_can_write_nothing_more(errand: Errand) -> None:
    first = duties.claim(Errand.objects.all(), at=AT, lease_seconds=60)[0]
    later = AT + timedelta(seconds=61)
    second = duties.claim(Errand.objects.all(), at=later)[0]
    for write in (
        lambda: duties.settle(first, at=later, next_attempt_at=None),
        lambda: duties.fail(first, error="late", at=later),
        lambda: duties.renew(first, at=later),
    ):
        with pytest.raises(LeaseLost):
            write()
    duties.settle(second, at=later, next_attempt_at=None)
    errand.refresh_from_db()
    assert (errand.next_attempt_at, errand.lease, errand.attempts) == (None, None, 0)


def test_a_failure_is_tried_again_later_and_counted(errand: Errand) -> None:
    row = duties.claim(Errand.objects.all(), at=AT)[0]
    again = duties.fail(row, error=ValueError("no answer"), at=AT)
    errand.refresh_from_db()
    assert errand.attempts == 1
    assert errand.last_error == "ValueError: no answer"
    assert AT < again <= AT + timedelta(seconds=1)
    assert duties.claim(Errand.objects.all(), at=again)


@given(st.integers(min_value=0, max_value=10_000))
def test_backoff_never_leaves_its_bounds(attempts: int) -> None:
    wait = duties.backoff(attempts, base_seconds=2, cap_seconds=900)
    assert 0.2 <= wait <= 900
