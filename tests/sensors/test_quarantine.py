"""Quarantine: nothing is dropped, nothing is kept twice, and what is understood later is recorded."""

from __future__ import annotations

import pytest

from apps.core.errors import Invalid
from apps.sensors import selectors, services
from apps.sensors.models import Observation, Quarantined
from apps.sensors.types import QuarantineRow, Readings
from tests.sensors.builders import START, own_streams, readings

pytestmark = pytest.mark.django_db

ROW = QuarantineRow(payload="12:00;??", reason="unreadable", detail="?? is no number", occurred_at=START)


def test_input_is_kept_as_it_came_with_its_reason() -> None:
    assert services.quarantine(source="file", rows=[ROW], at=START) == 1
    kept = selectors.quarantined(source="file", reason="unreadable").get()
    assert (kept.payload, kept.detail, kept.occurred_at, kept.received_at) == (ROW.payload, ROW.detail, START, START)
    assert selectors.quarantined_counts() == {("file", "unreadable"): 1}


def test_the_same_piece_is_kept_once_per_source() -> None:
    assert services.quarantine(source="file", rows=[ROW, ROW]) == 1
    assert services.quarantine(source="file", rows=[ROW]) == 0
    assert services.quarantine(source="another file", rows=[ROW]) == 1


def test_text_that_the_database_cannot_hold_is_kept_legibly() -> None:
    services.quarantine(source="file", rows=[QuarantineRow(payload="a\x00b\ud800", reason="unreadable")])
    assert Quarantined.objects.get().payload == "a␀b?"


def test_what_is_understood_later_is_recorded_once() -> None:
    one, _ = own_streams()
    services.quarantine(source="file", rows=[ROW, QuarantineRow(payload="noise", reason="unreadable")])
    good, noise = selectors.quarantined().values_list("pk", flat=True)

    def resolve(source: str, payload: str) -> Readings | None:
        return readings(one, [0], [1.0]) if payload == ROW.payload else None

    result = services.replay(ids=[noise, good, good, 2**40], resolver=resolve)
    assert (result.replayed, result.still_waiting) == ((good,), (noise, 2**40))
    assert Observation.objects.count() == 1
    assert Quarantined.objects.get(pk=good).state == Quarantined.State.REPLAYED
    assert Quarantined.objects.get(pk=noise).replays == 1
    assert services.replay(ids=[good], resolver=resolve).replayed == ()


def test_a_row_that_is_still_not_understood_or_refused_waits_with_the_new_reason() -> None:
    services.quarantine(source="file", rows=[ROW])
    (key,) = selectors.quarantined().values_list("pk", flat=True)

    def fail(source: str, payload: str) -> Readings | None:
        raise Invalid("no such column")

    assert services.replay(ids=[key], resolver=fail).still_waiting == (key,)
    assert Quarantined.objects.get().detail == "no such column"
    assert services.replay(ids=[key], resolver=lambda *_: readings(2**30, [0], [1.0])).still_waiting == (key,)
    assert "no datastream" in Quarantined.objects.get().detail


def test_a_piece_can_be_set_aside() -> None:
    services.quarantine(source="file", rows=[ROW])
    (key,) = selectors.quarantined().values_list("pk", flat=True)
    assert services.dismiss(ids=[key]) == 1
    assert services.dismiss(ids=[key]) == 0
    assert not selectors.quarantined().exists()
