"""What the parts of a source are called: what sends by itself has devices and keys, a table neither."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Titles:
    """Titles of columns, and what stands for all devices of a source."""

    device: str
    key: str
    every: str
    everywhere: str


def titles(sends_itself: bool) -> Titles:
    """The words for a source that sends by itself, or for one of tables that people upload."""
    if sends_itself:
        return Titles(_("Device"), _("Key"), _("every device"), _("the same for every device of this source"))
    everywhere = _("the same for every measuring point of this source")
    return Titles(_("Measuring point"), _("Quantity"), _("every measuring point"), everywhere)
