"""``manage.py quarantine list|replay``: look at what could not be taken in, and take it in after all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.errors import OwlError
from apps.ingest import replays
from apps.sensors import selectors as sensor_selectors


class Command(BaseCommand):
    """List what waits with its reasons, or replay rows whose datastream is known by now or named with --map."""

    help = "List quarantined input, or replay it, where need be under other datastreams (--map OLD=NEW)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Two verbs with the same filters."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        listing = verbs.add_parser("list", help="show what waits")
        replaying = verbs.add_parser("replay", help="take rows in again")
        for verb in (listing, replaying):
            verb.add_argument("--source", help="only rows of this source, as in recording:lake")
            verb.add_argument("--reason", help="only rows with this reason")
            verb.add_argument(
                "--limit", type=int, default=50_000 if verb is replaying else 50, help="at most this many"
            )
        replaying.add_argument("--id", type=int, action="append", help="only this row; may be repeated")
        replaying.add_argument(
            "--map", action="append", default=[], metavar="OLD=NEW", help="read datastream OLD as NEW; may be repeated"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do what the verb says."""
        if options["verb"] == "list":
            self._list(options)
        else:
            self._replay(options)

    def _list(self, options: dict[str, Any]) -> None:
        rows = sensor_selectors.quarantined(source=options["source"], reason=options["reason"])
        for row in rows[: options["limit"]]:
            self.stdout.write(f"{row.pk:>8}  {row.source:<20} {row.reason:<24} {row.detail[:160]}")
        for (source, reason), count in sorted(sensor_selectors.quarantined_counts().items()):
            self.stdout.write(f"{count:>8,} wait  {source:<20} {reason}")

    def _replay(self, options: dict[str, Any]) -> None:
        pairs = [text.partition("=") for text in options["map"]]
        if any(not old or not sign or not new for old, sign, new in pairs):
            raise CommandError("--map wants OLD=NEW.")
        try:
            result = replays.replay(ids=self._chosen(options), mapping={old: new for old, _sign, new in pairs})
        except OwlError as error:
            raise CommandError(f"{error.message} {error.remedy or ''}".strip()) from error
        self.stdout.write(f"{len(result.replayed):,} replayed, {len(result.still_waiting):,} still waiting.")

    def _chosen(self, options: dict[str, Any]) -> Sequence[int]:
        """The rows meant: by id, by reason, or all that knowing a datastream could heal."""
        if options["id"]:
            return list(options["id"])
        reasons = [options["reason"]] if options["reason"] else replays.HEALED_BY_MAPPING
        rows = sensor_selectors.quarantined(source=options["source"]).filter(reason__in=reasons)
        return list(rows.values_list("pk", flat=True)[: options["limit"]])
