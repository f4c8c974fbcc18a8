"""``manage.py region VERB``: one step of the demo inside one node; prints one line of JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.errors import OwlError
from apps.peers import services as peers
from owlnode.region.staging import asking, people, publishing, reporting

Step = Callable[[dict[str, Any]], Any]
STEPS: dict[str, Step] = {
    "prepare": lambda given: people.prepare(credentials=given["credentials"]),
    "trust": lambda given: len(peers.trust_from_file(path=given["file"])),
    "publish": lambda given: publishing.publish(recorded=given["recorded"]),
    "streams": lambda given: publishing.has_streams(recorded=given["recorded"]),
    "ask": lambda given: asking.ask(recorded=given["recorded"], only=given["only"]),
    "decide": lambda given: asking.decide(),
    "withdraw": lambda given: asking.withdraw(dataset=given["dataset"], consumer=given["consumer"]),
    "until-refused": lambda given: asking.until_refused(dataset=given["dataset"]),
    "progress": lambda given: reporting.progress(),
    "exchange": lambda given: reporting.exchange(),
    "owned": lambda given: reporting.owned(as_of=given["as_of"]),
    "held": lambda given: reporting.held(as_of=given["as_of"]),
    "ended": lambda given: reporting.ended(),
    "node": lambda given: reporting.node(since=given["as_of"]),
}


class Command(BaseCommand):
    """Only for regions that one hand sets up (demo, tests of whole nodes)."""

    help = "One step of the demo inside this node."

    def add_arguments(self, parser: CommandParser) -> None:
        """The step and what it needs."""
        parser.add_argument("step", choices=sorted(STEPS))
        parser.add_argument("--credentials", type=Path)
        parser.add_argument("--file", type=Path)
        parser.add_argument("--recorded", action="store_true")
        parser.add_argument("--only", default="")
        parser.add_argument("--dataset", default="")
        parser.add_argument("--consumer", default="")
        parser.add_argument("--as-of", type=datetime.fromisoformat)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the step. An error of ours becomes one sentence."""
        try:
            result = STEPS[options["step"]](options)
        except OwlError as error:
            raise CommandError(f"{error.message} {error.remedy or ''}".strip()) from error
        self.stdout.write(json.dumps(result))
