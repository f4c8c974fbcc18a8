"""The commands of the intake, as typed."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from apps.core import clock
from apps.ingest import stopping
from apps.sensors.models import Observation, Quarantined, Thing
from tests.ingest.conftest import Intake
from tests.ingest.formats.test_files import LAKE, PARKING
from tests.ingest.test_recordings import written
from tests.ingest.test_views import row

pytestmark = pytest.mark.django_db


def typed(*words: str | Path) -> str:
    """What a command prints."""
    out = StringIO()
    call_command(*map(str, words), stdout=out, stderr=StringIO())
    return out.getvalue()


def test_a_folder_is_imported_and_reported(tmp_path: Path) -> None:
    written(tmp_path / "parking", PARKING + "2024-04-01 00:00,5,6\r\n")
    written(tmp_path / "lake", LAKE + "2024-04-01 00:00,11,8,9\n")
    assert "accepted" in typed("import_recording", "parking", tmp_path, "--city", "detmold")
    assert Thing.objects.filter(location__name="Stellvertretender Ort in Detmold").count() == 2
    report = json.loads(typed("import_recording", "any", tmp_path, "--json"))
    assert (report["files"], report["new"], report["unchanged"]) == (2, 3, 2)


def test_what_is_not_there_or_none_of_ours_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="does not exist"):
        typed("import_recording", "lake", tmp_path / "nowhere")
    with pytest.raises(CommandError, match="holds no lake recording"):
        typed("import_recording", "lake", tmp_path)
    with pytest.raises(CommandError, match="could not be read"):
        typed("import_recording", "lake", written(tmp_path, PARKING))
    assert Quarantined.objects.count() == 1


def test_replay_plays_to_the_end(tmp_path: Path) -> None:
    path = written(tmp_path, PARKING + "2024-04-01 00:00,5,6\r\n2024-04-01 01:00,7,8\r\n")
    assert "2 readings replayed" in typed("replay", path, "--speed", "1e9", "--until", "2024-04-01T00:30")
    assert Observation.objects.count() == 2


def test_simulate_backfills_a_stretch(tmp_path: Path) -> None:
    printed = typed("simulate", "--since", "2026-03-01", "--until", "2026-03-01T01:00", "--city", "herford")
    assert "simulated readings" in printed
    assert Observation.objects.count() > 100
    assert Thing.objects.filter(name__contains="Herford").exists()


def test_simulate_goes_on_live_until_it_is_told_to_stop() -> None:
    done = threading.Event()
    began = clock.now()

    def keep_telling() -> None:
        while not done.wait(8.0):
            os.kill(os.getpid(), signal.SIGTERM)

    with stopping.stop_event():  # the first signal may come before the command listens
        teller = threading.Thread(target=keep_telling)
        teller.start()
        try:
            typed("simulate", "--since", "1h", "--step", "600", "--interval", "1")
        finally:
            done.set()
            teller.join()
    latest = Observation.objects.order_by("-phenomenon_time")[0].phenomenon_time
    assert latest > began - timedelta(seconds=30)


@pytest.mark.parametrize(
    "words",
    [
        ("--step", "0"),
        ("--interval", "-1"),
        ("--until", "1d"),
        ("--since", "1900-01-01T00:00Z", "--until", "1900-01-02T00:00Z"),
    ],
)
def test_simulate_refuses_the_impossible(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        typed("simulate", *words)


@pytest.mark.usefixtures("streams")
def test_quarantine_is_listed_and_replayed(gateway: Callable[..., Intake]) -> None:
    gateway().post({"readings": [row(datastream="old"), row(time="naive")]})
    listed = typed("quarantine", "list")
    assert "unknown-datastream" in listed
    assert "unreadable-time" in listed
    assert typed("quarantine", "replay") == "0 replayed, 1 still waiting.\n"
    assert typed("quarantine", "replay", "--map", "old=lora/north/a") == "1 replayed, 0 still waiting.\n"
    assert typed("quarantine", "replay", "--reason", "unreadable-time") == "0 replayed, 1 still waiting.\n"
    with pytest.raises(CommandError, match="OLD=NEW"):
        typed("quarantine", "replay", "--map", "old")
    with pytest.raises(CommandError, match="no datastream"):
        typed("quarantine", "replay", "--map", "old=nowhere")


def test_the_handlers_of_signals_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with stopping.stop_event() as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        assert stop.wait(5)
    assert signal.getsignal(signal.SIGTERM) == before
