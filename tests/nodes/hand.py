"""Runs inside one node (its environment, its database): reads one JSON order a line, answers like ``manage.py region``.

Unlike the demo's hand it sets no plan up: it does and tells what the journeys of these tests need.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections, connections

from apps.core.errors import OwlError
from tests.nodes import setting, telling

STEPS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        setting.prepare,
        setting.trust,
        setting.gateway,
        setting.device,
        setting.dataset,
        setting.prepare_terms,
        setting.publish,
        setting.members,
        setting.request,
        setting.erase,
        setting.withdraw,
        setting.suspend,
        setting.resume,
        telling.peers_known,
        telling.page,
        telling.owned,
        telling.held,
        telling.replica,
        telling.disclosed,
        telling.ending,
        telling.receipt,
        telling.ledger,
    )
}


def main() -> None:
    """Follow orders until the input ends."""
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        _say(_follow(order.pop("step"), order))
        _say({"done": True})


def _follow(step: str, details: dict[str, Any]) -> dict[str, Any]:
    close_old_connections()
    try:
        return {"result": STEPS[step](**details)}
    except OwlError as error:
        return {"error": f"{step}: {error.message} {error.remedy or ''} ({error.part})"}
    except Exception as error:
        traceback.print_exc()
        connections.close_all()  # a database that was killed comes back with the next order
        return {"error": f"{step}: {type(error).__name__}: {error}"}


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
