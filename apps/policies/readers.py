"""Readers of single clauses: each takes a name and a plain JSON value and returns the clause's value."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.policies import durations
from apps.policies.errors import UnknownTerm

Reader = Callable[[str, Any], Any]
WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,79}", re.ASCII)


def one_of(*words: str) -> Reader:
    """One word of a closed list."""

    def read(name: str, value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise UnknownTerm(f"{value!r} is not understood", part=name, remedy=f"one of {', '.join(words)}")
        return value

    return read


def some_of(*words: str) -> Reader:
    """Some words of a closed list, each once; kept in the list's order."""
    single = one_of(*words)

    def read(name: str, value: Any) -> tuple[str, ...]:
        given = {single(name, item) for item in _sequence(name, value)}
        return tuple(word for word in words if word in given)

    return read


def words() -> Reader:
    """Free lower-case words such as ``flood-protection``, each once, sorted."""

    def read(name: str, value: Any) -> tuple[str, ...]:
        found = _sequence(name, value)
        for item in found:
            if not isinstance(item, str) or not WORD.fullmatch(item):
                raise UnknownTerm(
                    f"{item!r} is no word", part=name, remedy="lower-case letters, digits and hyphens, 80 at most"
                )
        return tuple(sorted(set(found)))

    return read


def whole(*, least: int, most: int) -> Reader:
    """A whole number within bounds."""

    def read(name: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise UnknownTerm(
                f"{value!r} is not understood", part=name, remedy=f"a whole number from {least} to {most}"
            )
        return value

    return read


def duration(least: timedelta = timedelta(0)) -> Reader:
    """An ISO 8601 duration, at least ``least``, at most a hundred years."""

    def read(name: str, value: Any) -> timedelta:
        try:
            parsed = durations.parse(value) if isinstance(value, str) else None
        except (ValueError, OverflowError):
            parsed = None
        if parsed is None or not least <= parsed <= timedelta(days=36_525):
            raise UnknownTerm(
                f"{value!r} is not understood", part=name, remedy="a duration such as P90D, PT1H or PT15M"
            )
        return parsed

    return read


def moment() -> Reader:
    """An ISO 8601 moment with a zone, returned in UTC, to the second."""

    def read(name: str, value: Any) -> datetime:
        try:
            parsed = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            parsed = None
        if parsed is None or parsed.tzinfo is None:
            raise UnknownTerm(f"{value!r} is not understood", part=name, remedy="a moment such as 2027-01-31T23:59:59Z")
        return parsed.astimezone(UTC)

    return read


def write(value: Any) -> Any:
    """A clause's value as plain JSON; the inverse of its reader."""
    if isinstance(value, timedelta):
        return durations.render(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return list(value) if isinstance(value, tuple) else value


def _sequence(name: str, value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise UnknownTerm(f"{value!r} is not understood", part=name, remedy="a list")
    return list(value)
