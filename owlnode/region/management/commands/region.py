"""``manage.py region``: a hand of the demo inside one node. Reads one JSON order a line, answers with JSON lines.

An order is ``{"step": …, …}``; each answer is ``{"result": …}`` or ``{"error": sentence}``. A step with more than one
thing to say answers with several results; ``{"done": true}`` closes every order.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from apps.core.errors import OwlError
from apps.peers import services as peers
from owlnode.region.staging import asking, connecting, desk, people, publishing, releasing, reporting

Step = Callable[[dict[str, Any]], Any]
STEPS: dict[str, Step] = {
    "prepare": lambda order: people.prepare(credentials=Path(order["credentials"])),
    "trust": lambda order: len(peers.trust_from_file(path=order["file"])),
    "streams": lambda order: publishing.has_streams(recorded=order["recorded"]),
    "publish": lambda order: publishing.publish(recorded=order["recorded"]),
    "connect": lambda order: connecting.connect(),
    "ask": lambda order: asking.ask(recorded=order["recorded"], only=order.get("only", "")),
    "decide": lambda order: asking.decide(),
    "withdraw": lambda order: asking.withdraw(dataset=order["dataset"], consumer=order["consumer"]),
    "receive": lambda order: desk.receive(),
    "hand-over": lambda order: desk.hand_over(to=order["to"]),
    "take-up": lambda order: desk.take_up(),
    "answer": lambda order: desk.answer(number=order["number"]),
    "sharpen": lambda order: releasing.sharpen(dataset=order["dataset"]),
    "until-refused": lambda order: asking.until_refused(dataset=order["dataset"]),
    "progress": lambda order: reporting.progress(),
    "exchange": lambda order: reporting.exchange(),
    "owned": lambda order: reporting.owned(as_of=_moment(order)),
    "held": lambda order: reporting.held(as_of=_moment(order)),
    "ended": lambda order: reporting.ended(),
    "node": lambda order: reporting.node(since=_moment(order)),
}


class Command(BaseCommand):
    """Only for regions that one hand sets up (demo, tests of whole nodes)."""

    requires_system_checks = ()  # it answers no requests: what web pages need is not its concern
    help = "A hand of the demo inside this node: reads orders, answers in JSON lines."

    def handle(self, *args: Any, **options: Any) -> None:
        """Follow orders until the input ends."""
        for line in sys.stdin:
            for answer in _follow(json.loads(line)):
                self._say(answer)
            self._say({"done": True})

    def _say(self, answer: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(answer))
        self.stdout.flush()


def _follow(order: dict[str, Any]) -> Iterator[dict[str, Any]]:
    close_old_connections()
    try:
        result = STEPS[order["step"]](order)
        for item in result if isinstance(result, Iterator) else [result]:
            yield {"result": item}
    except OwlError as error:
        yield {"error": f"{error.message} {error.remedy or ''}".strip()}
    except Exception as error:  # the one who ordered hears of any fault; the log has the rest
        yield {"error": f"{type(error).__name__}: {error}"}


def _moment(order: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(order["as_of"])
