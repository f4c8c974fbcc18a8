"""What a ledger entry says, one fact a line: in words where there are any, with the code as it was hashed beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from apps.console.subjects import DATASET, Named
from apps.console.words.ledger import payload_key, payload_word

MOMENTS: Final = {"as_of", "before", "ended_at", "expires_at", "purged_at"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One value: a number, a moment, words, a code – or words and the code behind them, with the page about it."""

    number: int | None = None
    moment: datetime | None = None
    words: str = ""
    code: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A key, its ``words`` ('' where nobody put it into words) and what stands under it."""

    key: str
    words: str
    values: tuple[Said, ...]


def facts(payload: Mapping[str, Any], names: Mapping[str, Named]) -> list[Fact]:
    """Every key of a payload by its words; ``names`` are those of cities, agreements, datasets … by their codes."""
    rows = [
        Fact(
            key=key,
            words=payload_key(key),
            values=tuple(_said(key, one, names) for one in (value if isinstance(value, list) else [value])),
        )
        for key, value in payload.items()
    ]
    return sorted(rows, key=lambda row: (not row.words, row.words or row.key))


def texts(value: Any) -> Iterator[str]:
    """All texts in a payload, its parts included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def _said(key: str, value: Any, names: Mapping[str, Named]) -> Said:
    if isinstance(value, Mapping):
        parts = [_said(inner, one, names) for inner, one in value.items()]
        return Said(
            words=", ".join(part.words for part in parts if part.words),
            code=" ".join(part.code for part in parts if part.code),
        )
    word = payload_word(value, key)
    if word:
        return Said(words=word)
    if isinstance(value, int):
        return Said(number=value)
    if key in MOMENTS:
        return Said(moment=datetime.fromisoformat(value))
    known = names.get(DATASET + value if key == "dataset" else value)
    return Said(code=value) if known is None else Said(words=known.title, url=known.url, code=value)
