"""``manage.py replay PATH… --speed 900``: play recordings back in time, as if the sensors were sending now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from apps.ingest import arguments, places, replaying
from apps.ingest.stopping import stop_event


class Command(BaseCommand):
    """Write the readings step by step, waiting in between; the recorded times stay. SIGTERM and Ctrl-C end it."""

    help = "Replay recordings in time; their times stay those of the recording."

    def add_arguments(self, parser: CommandParser) -> None:
        """What, how fast, and which stretch of recorded time."""
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a CSV file or a folder of them")
        parser.add_argument("--speed", type=float, default=900.0, help="recorded seconds per second (default 900)")
        parser.add_argument("--step", type=int, default=900, help="recorded seconds written at once (default 900)")
        parser.add_argument("--since", type=arguments.moment, help="begin of the stretch, in recorded time")
        parser.add_argument("--until", type=arguments.moment, help="end of the stretch (not included)")
        parser.add_argument("--city", help="the city whose stand-ins these are, as a word (default: this node's)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Replay until the end or a signal."""
        city = options["city"]
        total = 0
        with stop_event() as stop:
            for step in replaying.replay(
                paths=arguments.csv_files(options["paths"], None),
                speed=options["speed"],
                step_s=options["step"],
                since=options["since"],
                until=options["until"],
                city=city,
                city_name=places.NAMES.get(city, city) if city else None,
            ):
                total += step.readings
                if options["verbosity"] > 0:
                    self.stdout.write(f"{step.until:%Y-%m-%d %H:%M} UTC  {total:,} readings")
                if stop.wait(step.wait_s):
                    break
        self.stdout.write(f"{total:,} readings replayed.")
