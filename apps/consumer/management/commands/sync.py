"""``manage.py sync status|pull|compare [SUBSCRIPTION …]``: replicas from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.consumer import selectors, services
from apps.consumer.models import Subscription
from apps.core import clock


class Command(BaseCommand):
    """Show how fresh replicas are, pull them now, or have them compared with their owners."""

    help = "status: how true and fresh each replica is; pull: fetch what there is; compare: look for differences."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A verb and, if only some replicas are meant, their numbers."""
        parser.add_argument("verb", choices=("status", "pull", "compare"))
        parser.add_argument("subscription", type=int, nargs="*", help="numbers as status shows them; none: all")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it for the chosen replicas."""
        chosen = self._chosen(options["subscription"])
        if options["verb"] == "status":
            self._status(chosen)
            return
        for pk in chosen:
            if options["verb"] == "compare":
                services.request_comparison(subscription_id=pk)
            self._pull(pk)
        self._status(chosen)

    def _chosen(self, wanted: list[int]) -> list[int]:
        known = list(Subscription.objects.order_by("pk").values_list("pk", flat=True))
        missing = sorted(set(wanted) - set(known))
        if missing:
            raise CommandError(f"There is no subscription {missing[0]}; there are {known}.")
        return wanted or known

    def _pull(self, pk: int) -> None:
        rows = 0
        while True:
            Subscription.objects.active().filter(pk=pk).update(next_attempt_at=clock.now())
            pulled = services.pull(subscription_id=pk)
            rows += pulled.rows
            if pulled.complete or not pulled.pages:
                break
        self.stdout.write(f"{pk}: {rows:,} rows received")

    def _status(self, chosen: list[int]) -> None:
        for row in selectors.status():
            if row.subscription_id in chosen:
                age = "never complete" if row.staleness_s is None else f"complete as of {row.staleness_s:,.0f} s ago"
                words = [
                    row.state,
                    f"{row.rows:,} rows",
                    age,
                    row.verdict and f"compared: {row.verdict}",
                    row.last_error,
                ]
                self.stdout.write(f"{row.subscription_id} {row.peer} {row.dataset}: {', '.join(filter(None, words))}")
