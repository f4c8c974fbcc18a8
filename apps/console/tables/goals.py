"""Where the quantities of a table go, as fields beside each: named by the quantity itself, so that what was written
stays with it when the table is read in another way."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

from apps.sources.types.tables import Quantity, TableKey, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One row of the form: a quantity, by which ``name`` its fields go, what stands in them, and what is wrong."""

    key: TableKey
    name: str
    to: str
    unit: str
    problem: str = ""


def name_of(quantity: Quantity) -> str:
    """By what the fields of a quantity are told apart."""
    return hashlib.sha256("\n".join(quantity).encode()).hexdigest()[:12]


def targets(data: QueryDict, keys: Sequence[TableKey]) -> dict[Quantity, Target]:
    """What was written beside each quantity; what has no field is left out."""
    named = {one.quantity: name_of(one.quantity) for one in keys}
    return {
        quantity: Target(str(data[f"to-{name}"]).strip(), str(data.get(f"unit-{name}", "")).strip())
        for quantity, name in named.items()
        if f"to-{name}" in data
    }


def goals(data: QueryDict, keys: Sequence[TableKey], problems: Mapping[Quantity, str]) -> list[Goal]:
    """The rows: as they were written, else with the datastream that fits and the unit in the title."""
    written = targets(data, keys)
    rows = []
    for one in keys:
        known = written.get(one.quantity, Target(one.suggested, one.unit))
        rows.append(
            Goal(
                key=one,
                name=name_of(one.quantity),
                to=known.name,
                unit=known.unit,
                problem=problems.get(one.quantity, ""),
            )
        )
    return rows
