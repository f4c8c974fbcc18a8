"""A table of readings in a CSV file: how it is read, and what would become of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Layout(TextChoices):
    """Wide: a column for every quantity. Long: one reading a line, its quantity named in a column."""

    WIDE = "wide", _("a column for every quantity")
    LONG = "long", _("one reading a line")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableForm:
    """How a table is read. Columns are named by their titles; '' for none.

    ``zone`` holds for times that name none. ``device`` is the device's key where no column names it.
    """

    delimiter: str = ","
    decimal: str = "."
    time_column: str = ""
    zone: str = "Europe/Berlin"
    layout: Layout = Layout.WIDE
    device_column: str = ""
    device: str = ""
    key_column: str = ""
    value_column: str = ""


Quantity = tuple[str, str]
"""A quantity of a table: the key of its device, and its own."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a person sends a quantity: ``name`` is the external key or number of an own datastream, ``-`` for nowhere,
    '' for the quarantine; ``unit`` is the unit as sent."""

    name: str = ""
    unit: str = ""

    @property
    def is_wanted(self) -> bool:
        """Whether it goes to a datastream."""
        return self.name != "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableKey:
    """One quantity of a table: of which device, with an example, and where it goes (datastream id and name) or why not.

    ``suggested`` names a datastream whose name and unit fit, as ``Target`` does; '' for none, and where it is mapped.
    """

    device: str
    key: str
    unit: str
    example: str
    count: int
    datastream_id: int | None = None
    datastream: str = ""
    reason: str = ""
    suggested: str = ""

    @property
    def quantity(self) -> Quantity:
        """By what a mapping names it."""
        return self.device, self.key


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """The beginning of a table and what would become of the first ``lines`` lines; nothing was written.

    ``reasons`` counts the values that would wait in quarantine, by reason; ``flagged`` those that would be doubted.
    """

    form: TableForm
    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    keys: tuple[TableKey, ...]
    lines: int
    first_time: datetime | None = None
    last_time: datetime | None = None
    stored: int = 0
    flagged: int = 0
    reasons: Mapping[str, int] = field(default_factory=dict)
