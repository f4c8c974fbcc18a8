"""``manage.py mqtt_bridge``: take in what the field publishes on the MQTT broker."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.errors import LeaseLost, OwlError
from apps.ingest.mqtt import addresses, running
from apps.ingest.mqtt.types import Limits
from apps.ingest.stopping import stop_event


class Command(BaseCommand):
    """Runs until SIGTERM or Ctrl-C; one a node. Killed, it loses nothing and takes nothing in twice."""

    requires_system_checks = ()  # it answers no requests: what web pages need is not its concern
    help = "Take in readings from the MQTT broker, for all sources of transport MQTT that are switched on."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much may wait in memory."""
        parser.add_argument(
            "--memory", type=int, default=32, metavar="MIB", help="messages waiting in memory at once (default 32 MiB)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Bridge; ends with an error when no broker is set, or another bridge has begun."""
        node = settings.NODE
        try:
            address = addresses.usable(node.mqtt_url.get_secret_value())
        except OwlError as error:
            raise CommandError(f"{error.message} {error.remedy or ''}".strip()) from error
        if options["memory"] < 1:
            raise CommandError("--memory must be at least 1 MiB.")
        limits = Limits(size=options["memory"] * 1024 * 1024)
        with stop_event() as stop:
            try:
                tally = running.run(address, client_id=f"owlnode-{node.city}", stop=stop, limits=limits)
            except LeaseLost as error:
                raise CommandError(f"Stopped: {error.message}.") from error
        self.stdout.write(f"{tally.readings:,} readings of {tally.messages:,} messages in {tally.batches:,} batches.")
