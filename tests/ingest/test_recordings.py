"""Importing recordings into a real database: complete, labelled, accounted for, and only once."""

from __future__ import annotations

from pathlib import Path

import pytest

from apps.ingest import recordings
from apps.ingest.reports import ImportReport, Progress
from apps.sensors.models import Batch, Correction, Datastream, Observation, Quarantined, Thing
from tests.ingest.formats.test_files import BICYCLE, LAKE, PARKING
from tests.ingest.formats.test_times import utc

pytestmark = pytest.mark.django_db


def written(folder: Path, text: str, name: str = "2024-04.csv") -> Path:
    """A file with this text."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def balanced(report: ImportReport) -> ImportReport:
    """The report, whose account must be even."""
    assert report.cells == report.accepted + report.empty + report.described + report.quarantined
    assert report.accepted == report.new + report.corrected + report.unchanged
    return report


def test_counts_are_intervals_and_levels_are_instants(tmp_path: Path) -> None:
    balanced(recordings.import_file(path=written(tmp_path / "1001", BICYCLE + "2024-04-01 00:00,5,2,3,0,0,0\r\n")))
    balanced(recordings.import_file(path=written(tmp_path / "p", PARKING + "2024-04-01 00:00,5,2\r\n")))
    spans = {row.datastream.external_key: row.span for row in Observation.objects.select_related("datastream")}
    assert spans == {
        "bicycle/1001/1001": 900,
        "bicycle/1001/1002": 900,
        "bicycle/1001/1003": 900,
        "parking/ph-theater": 0,
        "parking/pp-hoersterplatz": 0,
    }


def test_everything_made_from_a_recording_says_where_it_was_recorded(tmp_path: Path) -> None:
    path = written(tmp_path / "1001", BICYCLE + "2024-04-01 00:00,5,2,3,0,0,0\r\n")
    recordings.import_file(path=path, city="herford", city_name="Herford")
    thing = Thing.objects.select_related("location").get()
    assert thing.name == "Fahrradzählstelle Am Tor (Aufzeichnung aus Münster)"
    assert thing.location is not None
    assert thing.location.name == "Stellvertretender Ort in Herford"
    described = [thing.properties, thing.location.properties, *Datastream.objects.values_list("properties", flat=True)]
    for properties in described:
        assert properties["label"] == "Aufzeichnung aus Münster"
        assert properties["recorded_in"] == "Münster"
        assert properties["attribution"] == "Stadt Münster, Amt für Mobilität und Tiefbau"
        assert properties["licence_uri"].endswith("/dl-de/by-2-0")


def test_totals_and_directions_name_each_other_by_their_keys(tmp_path: Path) -> None:
    recordings.import_file(path=written(tmp_path / "1001", BICYCLE))
    properties = dict(Datastream.objects.values_list("external_key", "properties"))
    assert properties["bicycle/1001/1001"]["total_of"] == ["bicycle/1001/1002", "bicycle/1001/1003"]
    assert properties["bicycle/1001/1002"]["part_of"] == "bicycle/1001/1001"


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    path = written(tmp_path, PARKING + "2024-04-01 00:00,5,x\r\n2024-03-31 02:30,1,2\r\n2024-04-01 00:15,6,ges\r\n")
    first = balanced(recordings.import_file(path=path))
    before = [list(model.objects.order_by("pk").values()) for model in (Thing, Datastream, Batch, Quarantined)]
    second = balanced(recordings.import_file(path=path))
    after = [list(model.objects.order_by("pk").values()) for model in (Thing, Datastream, Batch, Quarantined)]
    assert (first.new, first.quarantined, first.words) == (3, 3, 1)
    assert (second.new, second.unchanged, second.quarantined) == (0, 3, 3)
    assert before == after


def test_a_file_that_has_grown_adds_only_what_is_new(tmp_path: Path) -> None:
    recordings.import_file(path=written(tmp_path, PARKING + "2024-04-01 00:00,5,6\r\n"))
    grown = written(tmp_path, PARKING + "2024-04-01 00:00,5,6\r\n2024-04-01 00:15,7,8\r\n")
    report = balanced(recordings.import_file(path=grown))
    assert (report.new, report.unchanged, report.corrected) == (2, 2, 0)


def test_a_time_that_stands_twice_with_another_value_is_a_recorded_correction(tmp_path: Path) -> None:
    rows = "2024-04-01 00:00,5,6\r\n2024-04-01 00:00,7,6\r\n"
    report = balanced(recordings.import_file(path=written(tmp_path, PARKING + rows)))
    assert (report.new, report.corrected, report.unchanged) == (2, 1, 1)
    assert Correction.objects.count() == 1
    assert set(Observation.objects.values_list("result", flat=True)) == {6, 7}


def test_words_are_kept_beside_a_null(tmp_path: Path) -> None:
    recordings.import_file(path=written(tmp_path, PARKING + "2024-04-01 00:00,ges,kei\r\n"))
    kept = Observation.objects.order_by("datastream__external_key").values_list("result", "extra")
    assert list(kept) == [
        (None, {"result": "closed", "parameters": {"recorded": "ges"}}),
        (None, {"result": "no data", "parameters": {"recorded": "kei"}}),
    ]


def test_quarantine_says_file_line_column_and_reason(tmp_path: Path) -> None:
    path = written(tmp_path / "lake", LAKE + "2024-04-01 00:00,11,8,9\n2024-04-01 00:15,elf,8,9\n")
    recordings.import_file(path=path)
    row = Quarantined.objects.get()
    assert (row.source, row.reason) == ("recording:lake", "unreadable-value")
    assert "lake/2024-04.csv, line 3, column 'Wassertemperatur'" in row.detail
    assert row.occurred_at is not None
    assert row.occurred_at.timestamp() * 1_000_000 == utc("2024-03-31T22:15")


def test_a_file_that_is_none_of_ours_is_kept_in_quarantine_and_named(tmp_path: Path) -> None:
    report = recordings.import_file(path=written(tmp_path, "a,b,c\n1,2,3\n"))
    assert [name.endswith("2024-04.csv") for name, _reason in report.refused] == [True]
    assert Quarantined.objects.get().reason == "unknown-header"
    assert not Thing.objects.exists()


def test_the_capacity_of_the_newest_file_stays_whatever_the_order(tmp_path: Path) -> None:
    def day(number: int, capacity: int) -> Path:
        head = f'"Datum und Uhrzeit","PH A"\r\n"Anzahl Parkplätze gesamt","({capacity})"\r\n'
        text = f'{head}"2025-08-0{number} 00:00",1\r\n'
        return written(tmp_path, text, f"2025-08-0{number}.csv")

    old = written(tmp_path, "Datum und Uhrzeit,PH A\r\n2024-04-01 00:00,1\r\n", "2024-04-01.csv")
    recordings.import_files(paths=[day(5, 206), day(2, 203), old])
    assert Datastream.objects.get().properties["capacity"] == 206
    recordings.import_files(paths=[old, day(7, 204)])
    assert Datastream.objects.get().properties["capacity"] == 204
    assert Thing.objects.get().properties["capacity"] == 204


def test_progress_reaches_the_end_of_all_files(tmp_path: Path) -> None:
    rows = "".join(f"2024-04-01 {n // 60:02d}:{n % 60:02d},{n},1\r\n" for n in range(60))
    paths = [written(tmp_path, PARKING + rows, f"{n}.csv") for n in range(3)]
    seen: list[Progress] = []
    recordings.import_files(paths=paths, progress=seen.append)
    assert [now.bytes_done for now in seen] == sorted(now.bytes_done for now in seen)
    total = sum(path.stat().st_size for path in paths)
    assert (seen[-1].bytes_total, seen[-1].readings) == (total, 360)
    assert total - seen[-1].bytes_done <= 3 * len(PARKING.encode()) + 10


def test_a_file_that_ends_before_its_month_is_noted(tmp_path: Path) -> None:
    report = recordings.import_file(path=written(tmp_path, PARKING + "2024-04-29 23:45,1,1\r\n"))
    assert len(report.notes) == 1


def test_all_real_recordings_are_imported_whole_and_once(shared_path: Path) -> None:
    found = recordings.list_recordings(shared_path / "data")
    assert [r.kind for r in found] == ["bicycle"] * 8 + ["lake", "parking"]
    assert found[0].name == "Wolbecker Straße"
    paths = [path for recording in found for path in recording.files]
    report = balanced(recordings.import_files(paths=paths))
    assert (report.files, report.rows) == (120, 158_235)
    assert (report.accepted, report.new, report.quarantined) == (852_401, 852_401, 0)
    assert Observation.objects.count() == 852_401
    batches = Batch.objects.count()
    again = balanced(recordings.import_files(paths=paths))
    assert (again.new, again.corrected, again.unchanged) == (0, 0, 852_401)
    assert (Batch.objects.count(), Observation.objects.count()) == (batches, 852_401)
