"""``manage.py sensors partitions|pack|stats``: what the observation table looks like, and tidying it by hand."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import OwlError
from apps.sensors import selectors, services


class Command(BaseCommand):
    """Show months and counters, make months ahead, pack a month."""

    help = "Show the months of the observation table, pack them, or show what the node holds."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One word per job."""
        jobs = parser.add_subparsers(dest="job", required=True)
        months = jobs.add_parser("partitions", help="list the months, after making those ahead")
        months.add_argument("--ensure", metavar="YYYY-MM", nargs="*", default=[], help="make these months too")
        pack = jobs.add_parser("pack", help="pack closed months, or the one given")
        pack.add_argument("month", nargs="?", metavar="YYYY-MM")
        jobs.add_parser("stats", help="observations, batches, quarantine, epoch")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the one job that was asked for."""
        try:
            getattr(self, f"_{options['job']}")(options)
        except OwlError as error:
            raise CommandError(error.message) from error

    def _partitions(self, options: dict[str, Any]) -> None:
        services.ensure_ahead()
        services.ensure_partitions(months=[_month(text) for text in options["ensure"]])
        self.stdout.write(f"{'month':8} {'rows':>12} {'MB':>9} {'bytes/row':>9}  packed")
        for size in selectors.month_sizes():
            total = size.heap_bytes + size.index_bytes
            each = f"{total / size.rows:9.0f}" if size.rows else f"{'–':>9}"
            packed = f"{size.packed_at:%Y-%m-%d %H:%M} UTC" if size.packed_at else "no"
            self.stdout.write(f"{size.month:%Y-%m}  {size.rows:12,} {total / 1e6:9.1f} {each}  {packed}")

    def _pack(self, options: dict[str, Any]) -> None:
        months = [_month(options["month"])] if options["month"] else selectors.closed_months()
        for month in months:
            done = services.pack_partition(month=month)
            self.stdout.write(
                f"{month:%Y-%m}: {done.rows:,} rows, {done.bytes_before / 1e6:.1f} → {done.bytes_after / 1e6:.1f} MB"
            )
        if not months:
            self.stdout.write("No closed month waits to be packed.")

    def _stats(self, options: dict[str, Any]) -> None:
        epoch, high = selectors.epoch_and_high()
        self.stdout.write(f"epoch {epoch}, batches numbered to {high}, waiting {selectors.unnumbered_count()}")
        own = selectors.count_rows(selectors.own_datastreams().values_list("pk", flat=True))
        self.stdout.write(f"own datastreams {selectors.own_datastreams().count():,}, observations {own:,}")
        for origin in selectors.origins():
            replicas = selectors.replicas_of(origin)
            rows = selectors.count_rows(replicas.values_list("pk", flat=True))
            self.stdout.write(f"replicas of {origin}: datastreams {replicas.count():,}, observations {rows:,}")
        for (source, reason), count in sorted(selectors.quarantined_counts().items()):
            self.stdout.write(f"quarantine: {count:,} × {reason} from {source}")


def _month(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007 - a month has no time zone
    except ValueError as error:
        raise CommandError(f"{text!r} is not a month; write it like 2026-01.") from error
