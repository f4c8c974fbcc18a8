"""``manage.py simulate``: made-up weather, air, parking, water level and soil moisture, labelled as such."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core import clock
from apps.core.errors import Invalid
from apps.ingest import arguments, places, simulator
from apps.ingest.stopping import stop_event

LIVE_INTERVAL_S = 60


class Command(BaseCommand):
    """Backfill with --since (and --until), run live without --until; both together: backfill, then live."""

    requires_system_checks = ()  # it answers no requests: what web pages need is not its concern
    help = "Simulate the sensors of a city: a backfill (--since/--until), live readings (--interval), or both."

    def add_arguments(self, parser: CommandParser) -> None:
        """The stretch of time, the cadence, the seed and the city."""
        parser.add_argument("--since", type=arguments.moment, help="begin of the backfill: a date, a time, or 7d ago")
        parser.add_argument("--until", type=arguments.moment, help="end of the backfill (not included); nothing live")
        parser.add_argument("--step", type=int, default=600, help="seconds between backfilled readings (default 600)")
        parser.add_argument(
            "--interval", type=int, default=LIVE_INTERVAL_S, help="seconds between live readings (default 60)"
        )
        parser.add_argument("--seed", type=int, default=0, help="another seed makes another, equally plausible city")
        parser.add_argument("--city", help="the city, as a word (default: this node's)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Register the stations, backfill, and go on live unless an end was given."""
        if options["interval"] <= 0 or options["step"] <= 0:
            raise CommandError("--interval and --step must be at least 1 second.")
        if options["until"] and not options["since"]:
            raise CommandError("--until ends a backfill; say with --since where it begins.")
        city = options["city"]
        ids = simulator.register(city=city, city_name=places.NAMES.get(city, city) if city else None)
        now = clock.now()
        start = options["since"] or now - timedelta(seconds=options["interval"])
        end = options["until"] or now
        try:
            with stop_event() as stop:
                if options["since"]:
                    self._write(ids, (start, end), options["step"], options, stop)
                if not options["until"]:
                    self._live(ids, end if options["since"] else start, options, stop)
        except Invalid as error:
            raise CommandError(error.message) from error

    def _write(
        self,
        ids: Mapping[str, int],
        stretch: tuple[datetime, datetime],
        step: int,
        options: Mapping[str, Any],
        stop: threading.Event,
    ) -> None:
        start, end = stretch
        total = 0
        for count in simulator.run(
            ids=ids, start=start, end=end, step_s=step, seed=options["seed"], city=options["city"]
        ):
            total += count
            if options["verbosity"] > 1:
                self.stdout.write(f"{total:,} readings")
            if stop.is_set():
                break
        if options["verbosity"] > 0:
            self.stdout.write(f"{end:%Y-%m-%d %H:%M:%S} UTC  {total:,} simulated readings")

    def _live(self, ids: Mapping[str, int], since: datetime, options: Mapping[str, Any], stop: threading.Event) -> None:
        while not stop.is_set():
            now = clock.now()
            self._write(ids, (since, now), options["interval"], options, stop)
            since = now
            stop.wait(options["interval"])
