"""``manage.py epoch show|bump``: after a restore from backup, tell every peer that numbers count anew."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.sensors import selectors, services


class Command(BaseCommand):
    """Show the epoch, or begin a new one."""

    help = "Show the epoch of the feed, or begin a new one after the database was restored."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One word per job."""
        jobs = parser.add_subparsers(dest="job", required=True)
        jobs.add_parser("show", help="the present epoch")
        bump = jobs.add_parser("bump", help="begin a new epoch: cursors given out before are void")
        bump.add_argument("--reason", default="restored from backup", help="kept with the epoch")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the one job that was asked for."""
        if options["job"] == "bump":
            services.bump_epoch(reason=options["reason"])
        epoch, high = selectors.epoch_and_high()
        self.stdout.write(f"epoch {epoch}, batches numbered to {high}")
