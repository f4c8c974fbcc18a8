"""What operators see: commands, admin lists, tasks, the epoch."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from apps.ledger import selectors as ledger
from apps.sensors import events, handlers, selectors, services, tasks
from apps.sensors.models import Observation, Quarantined, Thing
from apps.sensors.types import QuarantineRow
from tests.sensors.builders import START, no_flags, own_streams, readings, replica_streams

pytestmark = pytest.mark.django_db

OWNED = "did:web:detmold.example"


@pytest.fixture
def filled() -> int:
    """Some rows in every table; an own datastream."""
    one = own_streams()[0]
    services.record(readings=readings(one, [0, 1], [1.0, 2.0]), source="lab", at=START)
    services.record(readings=readings(one, [0], [1.5]), source="lab", at=START)
    theirs = replica_streams()[0]
    rows = readings(theirs, [0], [1.0])
    services.apply_replica(origin=OWNED, readings=rows, flags=no_flags(rows), source="feed")
    services.quarantine(source="file", rows=[QuarantineRow(payload="x", reason="unreadable")])
    services.sequence()
    return one


@pytest.fixture
def operator(client: Client) -> Client:
    """A signed-in superuser."""
    user = get_user_model().objects.create_superuser("operator", password="secret")
    client.force_login(user)
    return client


def run(*words: str) -> str:
    """What a command prints."""
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_stats_tell_what_the_node_holds(filled: int) -> None:
    text = run("sensors", "stats")
    assert "epoch 1, batches numbered to 3, waiting 0" in text
    assert "own datastreams 2, observations 2" in text
    assert f"replicas of {OWNED}: datastreams 2, observations 1" in text
    assert "quarantine: 1 × unreadable from file" in text


def test_partitions_are_listed_and_made(filled: int) -> None:
    text = run("sensors", "partitions", "--ensure", "2033-05")
    assert "2026-01" in text
    assert "2033-05" in text


def test_a_month_is_packed_by_hand(filled: int) -> None:
    assert "2026-01: 3 rows" in run("sensors", "pack", "2026-01")
    assert "No closed month" in run("sensors", "pack")


def test_what_is_no_month_is_refused_with_a_sentence() -> None:
    for word in ("May", "1999-13"):
        with pytest.raises(CommandError, match="not a month"):
            run("sensors", "pack", word)
    with pytest.raises(CommandError, match="no observations"):
        run("sensors", "pack", "1971-01")


def test_a_new_epoch_voids_old_cursors_and_stands_in_the_ledger(filled: int) -> None:
    assert "epoch 2, batches numbered to 3" in run("epoch", "bump", "--reason", "disk lost")
    assert run("epoch", "show").startswith("epoch 2")
    assert selectors.epoch_and_high() == (2, 3)
    assert ledger.size() == 1


@pytest.mark.parametrize("model", [model.__name__ for model in apps.get_app_config("sensors").get_models()])
def test_every_table_has_a_list(operator: Client, filled: int, model: str) -> None:
    kind = apps.get_model("sensors", model)
    assert admin.site.is_registered(kind)
    answer = operator.get(reverse(f"admin:sensors_{model.lower()}_changelist"), {"q": ""})
    assert answer.status_code == 200


def test_observations_are_listed_for_one_datastream(operator: Client, filled: int) -> None:
    url = reverse("admin:sensors_observation_changelist")
    assert operator.get(url).context["cl"].result_count == 0
    assert operator.get(url, {"q": str(filled)}).context["cl"].result_count == 2
    assert operator.get(url, {"q": "9" * 30}).context["cl"].result_count == 0
    key = Observation.objects.filter(datastream=filled).latest("id").id
    assert operator.get(reverse("admin:sensors_observation_change", args=[key])).status_code == 200
    assert operator.get(reverse("admin:sensors_observation_change", args=[1])).status_code == 302


def test_replicas_are_looked_at_and_own_things_edited(operator: Client, filled: int) -> None:
    for thing in Thing.objects.all():
        url = reverse("admin:sensors_thing_change", args=[thing.pk])
        page = operator.get(url)
        assert page.status_code == 200
        assert page.context["has_change_permission"] is (thing.origin == "")


def test_quarantined_pieces_can_be_set_aside(operator: Client, filled: int) -> None:
    piece = Quarantined.objects.get()
    url = reverse("admin:sensors_quarantined_changelist")
    operator.post(url, {"action": "dismiss", "_selected_action": [piece.pk]})
    piece.refresh_from_db()
    assert piece.state == Quarantined.State.DISMISSED


def test_tasks_do_what_the_services_do(filled: int) -> None:
    services.record(readings=readings(filled, [9], [1.0]), source="lab", at=START)
    tasks.sequence()
    assert selectors.unnumbered_count() == 0
    tasks.make_partitions()
    tasks.pack()


def test_batches_in_a_burst_are_hinted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks.sequence, "apply_async", lambda **options: sent.append(options))
    monkeypatch.setattr(handlers, "hint", handlers.Hint())
    for batch in range(5):
        handlers.number_recorded(events.ReadingsRecorded(batch, (1,)))
    handlers.number_deleted(events.ReadingsDeleted(9, (1,)))
    assert len(sent) == 1


def test_a_broker_that_does_not_answer_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []

    def fail(**options: Any) -> None:
        calls.append(1)
        raise ConnectionError

    monkeypatch.setattr(tasks.sequence, "apply_async", fail)
    hint = handlers.Hint()
    with pytest.raises(ConnectionError):
        hint.give()
    hint.give()
    assert len(calls) == 1
