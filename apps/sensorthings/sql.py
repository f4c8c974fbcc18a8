"""Putting statements together from our own fragments. Values never go this way: they are bound as ``%(name)s``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from string import Template


def fill(template: str, **fragments: str) -> str:
    """The template with every ``$name`` replaced by its fragment. Raises KeyError for one that is missing."""
    return Template(template).substitute(fragments)


def on(expression: str, alias: str) -> str:
    """An expression of ``entities`` for the relation of this alias."""
    return expression.replace("{a}", alias)


def select(columns: Mapping[str, str], source: str, where: str) -> str:
    """A query in parentheses, to stand where a table could; ``columns`` maps names to expressions."""
    wanted = ", ".join(f"{expression} AS {name}" for name, expression in columns.items())
    return fill("(SELECT $wanted FROM $source WHERE $where)", wanted=wanted, source=source, where=where)


def id_array(values: Iterable[int]) -> str:
    """Many ids as one bound value, to be cast to an array: as a list, each is looked at for quotes, 5 µs an id."""
    return f"{{{','.join(map(str, values))}}}"
