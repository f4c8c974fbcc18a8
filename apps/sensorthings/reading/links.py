"""Links to the next page: absolute, with the options as they came and the place where the page ends."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from apps.sensorthings.compiling import ordering
from apps.sensorthings.reading.columns import Row
from apps.sensorthings.reading.levels import Level
from apps.sensorthings.reading.options import Options

_LEFT_OUT = ("$skip", "$skiptoken")
_PLAIN = "$(),;'/:=*@!~"


def next_link(address: str, options: Options, token: str) -> str:
    """The address of the page after this one; a token needs no quoting, it is made for addresses."""
    return f"{address}?{query(options)}{token}"


def query(options: Options) -> str:
    """Everything between an address and the token of a next page; the same for all pages of these options."""
    pairs = [pair for pair in options.pairs if pair[0] not in _LEFT_OUT]
    return "".join(f"{name}={quote(value, safe=_PLAIN)}&" for name, value in pairs) + "$skiptoken="


def token_after(found: Level, rows: Sequence[Row], fetched: int) -> str:
    """The place after these rows; empty when nothing comes after them: one row beyond the page was asked for."""
    if not rows or fetched <= found.limit:
        return ""
    return ordering.token(rows[-1][found.columns.keys])
