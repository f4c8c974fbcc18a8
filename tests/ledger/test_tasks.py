"""The nightly proof and the thinning of what was observed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from apps.core.models import TaskRun
from apps.ledger import services, tasks
from apps.ledger.errors import HistoryLost
from apps.ledger.models import Entry, ObservedCheckpoint
from apps.ledger.types import notes
from tests.ledger.conftest import OWN, PEER, FakeSigner, tampering

AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)


def test_the_nightly_proof_leaves_a_row(fill: Callable[[int], list[Entry]]) -> None:
    fill(5)
    tasks.prove.apply()
    run = TaskRun.objects.get()
    assert (run.outcome, run.detail) == (TaskRun.Outcome.DONE, "5 entries, 0 checkpoints agree")


def test_a_fault_fails_the_run_and_is_logged(
    fill: Callable[[int], list[Entry]], caplog: pytest.LogCaptureFixture
) -> None:
    fill(5)
    with tampering() as execute:
        execute("UPDATE ledger_entry SET kind = 'alarm' WHERE index = 3")
    with caplog.at_level(logging.ERROR), pytest.raises(HistoryLost):
        services.prove()
    assert "ledger fault" in caplog.text
    tasks.prove.apply()
    assert TaskRun.objects.get().outcome == TaskRun.Outcome.FAILED


def test_of_the_past_one_observation_a_day_and_log_is_kept(db: None, witness: FakeSigner) -> None:
    for origin in (PEER, OWN):
        for number in range(12):
            head = notes.Head(origin, number + 1, bytes(32))
            ObservedCheckpoint.objects.create(
                origin=origin,
                size=head.size,
                root=head.root,
                note=notes.sign(head.text(), witness),
                observed_at=AT + timedelta(hours=6 * number),
            )
    assert services.thin_observations(at=AT + timedelta(days=5)) == 0
    assert services.thin_observations(at=AT + timedelta(days=8, hours=1)) == 2 * 4
    assert services.thin_observations(at=AT + timedelta(days=30)) == 2 * 4
    kept = ObservedCheckpoint.objects.filter(origin=PEER).order_by("size").values_list("size", flat=True)
    assert list(kept) == [2, 6, 10, 12]
    tasks.thin_observations.apply()
