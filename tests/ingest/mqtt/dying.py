"""A bridge that kills itself (-9) at a named point: ``python -m tests.ingest.mqtt.dying POINT``."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

import django
from django.core.management import call_command

POINTS = ("before-commit", "after-commit", "amid-acknowledging", "after-acknowledging")


def die() -> None:
    """kill -9, nothing of Python's is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def storing(point: str, original: Callable[..., None]) -> Callable[..., None]:
    """``DatabaseSink.store`` that dies before or after the commit of a batch."""

    def store(sink: Any, entries: Sequence[Any]) -> None:
        if point == "before-commit":
            die()
        original(sink, entries)
        if point == "after-commit":
            die()

    return store


def acknowledging(point: str, original: Callable[..., None]) -> Callable[..., None]:
    """``Connection.acknowledge`` that dies when half of the batch, or all of it, is on its way to the broker."""

    def acknowledge(connection: Any, messages: Sequence[Any]) -> None:
        original(connection, messages[: len(messages) // 2] if point == "amid-acknowledging" else messages)
        while connection._acks or connection._client.want_write():
            continue
        die()

    return acknowledge


def main(point: str) -> None:
    """Run the bridge of this node's settings until it dies."""
    django.setup()
    sink = importlib.import_module("apps.ingest.mqtt.database").DatabaseSink
    inbox = importlib.import_module("apps.ingest.mqtt.connection").Connection
    if point in {"before-commit", "after-commit"}:
        sink.store = storing(point, sink.store)
    else:
        inbox.acknowledge = acknowledging(point, inbox.acknowledge)
    call_command("mqtt_bridge")


if __name__ == "__main__":
    main(sys.argv[1])
