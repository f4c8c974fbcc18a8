"""Arguments that the commands share: moments on the command line, files out of folders."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.core.management.base import CommandError

from apps.core import clock
from apps.ingest import discovery
from apps.ingest.formats.times import ZONE


def moment(text: str) -> datetime:
    """``2024-04-01``, ``2024-04-01T12:00`` (both Berlin time), a time with zone, or ``7d`` / ``12h`` / ``30m`` ago."""
    units = {"d": "days", "h": "hours", "m": "minutes"}
    if text[-1:] in units and text[:-1].isdecimal() and len(text) <= 6:
        return clock.now() - timedelta(**{units[text[-1]]: int(text[:-1])})
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a date nor a time span such as 7d") from None
    return found if found.tzinfo else found.replace(tzinfo=ZONE)


def csv_files(paths: Iterable[Path], kind: str | None) -> list[Path]:
    """The files named, and those of ``kind`` (None: any of ours) in the folders named. Raises CommandError."""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise CommandError(f"{path} does not exist.")
        if path.is_file():
            found.append(path)
            continue
        inside = [r for r in discovery.find(path) if r.kind == kind or (kind is None and r.kind)]
        if not inside:
            raise CommandError(f"{path} holds no {kind or 'known'} recording.")
        found += [file for recording in inside for file in recording.files]
    return found
