"""``manage.py import_recording {bicycle,parking,lake,any} PATH…``: take in recordings, with a progress bar."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from apps.ingest import arguments, places, recordings
from apps.ingest.formats.files import KINDS

ANY = "any"


class Command(BaseCommand):
    """Import files or folders; importing the same again changes nothing. Exit 1 when a file could not be read."""

    help = "Import recordings (CSV files or folders): bicycle counters, car parks, the lake."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which recording, where it lies, and which city shows it."""
        parser.add_argument("kind", choices=[*KINDS, ANY], help="which recording; 'any' lets the headers decide")
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a CSV file or a folder of them")
        parser.add_argument("--city", help="the city whose stand-ins these are, as a word (default: this node's)")
        parser.add_argument("--json", action="store_true", help="print the report as JSON and show no progress")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import and report."""
        kind = None if options["kind"] == ANY else options["kind"]
        files = arguments.csv_files(options["paths"], kind)
        quiet = options["json"] or options["verbosity"] == 0
        try:
            report = self._import(files, kind, options["city"], quiet=quiet)
        except OSError as error:
            raise CommandError(f"{error.filename}: {error.strerror}") from error
        self._show(report, as_json=options["json"])
        if report.refused:
            raise CommandError(f"{len(report.refused)} file(s) could not be read; see quarantine.")

    def _import(
        self, files: Sequence[Path], kind: str | None, city: str | None, *, quiet: bool
    ) -> recordings.ImportReport:
        columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), disable=quiet) as bar:
            task = bar.add_task("…", total=None)

            def show(now: recordings.Progress) -> None:
                text = f"{now.file}  {now.readings:,} readings"
                bar.update(task, description=text, completed=now.bytes_done, total=now.bytes_total)

            name = places.NAMES.get(city, city) if city else None
            return recordings.import_files(paths=files, kind=kind, progress=show, city=city, city_name=name)

    def _show(self, report: recordings.ImportReport, *, as_json: bool) -> None:
        numbers = report.as_dict()
        if as_json:
            self.stdout.write(json.dumps(numbers, ensure_ascii=False))
            return
        for name, value in numbers.items():
            if isinstance(value, int):
                self.stdout.write(f"{name:<12} {value:>10,}")
        for note in report.notes:
            self.stdout.write(note)
        for name, reason in report.refused:
            self.stderr.write(f"{name}: {reason}")
