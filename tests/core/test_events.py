"""Events: told on commit, never after a rollback, one broken handler harms no other."""

from __future__ import annotations

import pytest
from django.db import transaction

from apps.core.events import Event


@pytest.mark.django_db(transaction=True)
def test_handlers_hear_after_commit_only() -> None:
    event, heard = Event[int]("something happened"), list[int]()
    event.subscribe(heard.append)
    with transaction.atomic():
        event.announce(7)
        assert heard == []
    assert heard == [7]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_is_never_announced() -> None:
    event, heard = Event[int]("something happened"), list[int]()
    event.subscribe(heard.append)

    @transaction.atomic
    def announce_and_fail() -> None:
        event.announce(7)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        announce_and_fail()
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_a_failing_handler_stops_neither_its_cause_nor_the_others() -> None:
    event, heard = Event[int]("something happened"), list[int]()

    def broken(payload: int) -> None:
        raise ValueError(payload)

    event.subscribe(broken)
    event.subscribe(heard.append)
    event.subscribe(heard.append)
    with transaction.atomic():
        event.announce(3)
    assert heard == [3]
