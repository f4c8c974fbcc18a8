"""``manage.py mqtt_publish``: announce public observations on the MQTT broker, for SensorThings subscribers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core import clock, heartbeats
from apps.core.errors import LeaseLost, OwlError
from apps.ingest.mqtt import addresses, rendering
from apps.ingest.mqtt.outlet import BrokerOutlet
from apps.ingest.mqtt.publishing import NAME, Publisher
from apps.ingest.stopping import stop_event


class Command(BaseCommand):
    """Runs until SIGTERM or Ctrl-C; one a node. Killed, it goes on where the broker had the last message."""

    requires_system_checks = ()  # it answers no requests: what web pages need is not its concern
    help = "Announce public observations on the MQTT broker (SensorThings MQTT subscribe)."

    def handle(self, *args: Any, **options: Any) -> None:
        """Follow the batches; ends with an error when it is not set up, or another publisher has begun."""
        node = settings.NODE
        try:
            address = addresses.usable(node.mqtt_url.get_secret_value())
            selects = rendering.selections(node.mqtt_selects)
        except OwlError as error:
            raise CommandError(f"{error.message} {error.remedy or ''}".strip()) from error
        pulse = heartbeats.begin(NAME, at=clock.now())
        outlet = BrokerOutlet(address, client_id=f"{address.client or f'owlnode-{node.city}'}-publisher", did=node.did)
        with stop_event() as stop:
            publisher = Publisher(outlet, pulse, f"{node.base_url}/sta/v1.1", stop, selects)
            try:
                publisher.run()
                heartbeats.end(pulse, at=clock.now())
            except LeaseLost as error:
                raise CommandError(f"Stopped: {error.message}.") from error
            finally:
                outlet.close()
        self.stdout.write(f"{publisher.published:,} messages published.")
