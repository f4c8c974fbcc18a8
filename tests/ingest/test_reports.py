"""Reports: sums, and files that end before their time."""

from __future__ import annotations

import pytest

from apps.ingest.reports import ImportReport, ends_early
from tests.ingest.formats.test_times import utc


@pytest.mark.parametrize(
    ("name", "last", "early"),
    [
        ("a/2024-04.csv", "2024-04-30T21:45", False),
        ("a/2024-04.csv", "2024-04-29T21:45", True),
        ("a/2024-12.csv", "2024-12-31T22:45", False),
        ("2025-08-01.csv", "2025-08-01T21:55", False),
        ("2025-08-01.csv", "2025-08-01T12:00", True),
        ("2025-13.csv", "2025-08-01T12:00", False),
        ("notes.csv", "2025-08-01T12:00", False),
    ],
)
def test_a_file_is_early_when_its_month_or_day_goes_on(name: str, last: str, early: bool) -> None:
    assert (ends_early(name, utc(last)) is not None) == early


def test_reports_add_up() -> None:
    one = ImportReport(files=1, rows=2, refused=[("a", "b")])
    one.add(ImportReport(files=2, quarantined=3, notes=["n"]))
    assert (one.files, one.rows, one.quarantined, one.refused, one.notes) == (3, 2, 3, [("a", "b")], ["n"])
