"""Deadlines as lights and words: no colour says what no word says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

SOON_DAYS = 10
URGENT_DAYS = 3


class Light(StrEnum):
    """How urgent a deadline is."""

    NONE = "none"
    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Lamp:
    """A light, its one word and the whole sentence."""

    light: Light
    word: str
    sentence: str


def lamp(due_on: dt.date | None, *, today: dt.date) -> Lamp:
    """How a deadline stands on this day, in the reader's language; None: there is no deadline of ours at present."""
    if due_on is None:
        return Lamp(Light.NONE, _("no deadline"), _("No deadline is running here at present."))
    days = (due_on - today).days
    date = date_format(due_on, "DATE_FORMAT")
    if days < 0:
        late = ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days}
        sentence = _("Due on %(date)s – %(late)s.") % {"date": date, "late": late}
        return Lamp(Light.RED, _("overdue"), sentence)
    if days == 0:
        return Lamp(Light.RED, _("due today"), _("Due today, %(date)s.") % {"date": date})
    left = ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
    sentence = _("Due on %(date)s – %(left)s.") % {"date": date, "left": left}
    if days <= URGENT_DAYS:
        return Lamp(Light.RED, _("urgent"), sentence)
    if days <= SOON_DAYS:
        return Lamp(Light.AMBER, _("soon"), sentence)
    return Lamp(Light.GREEN, _("in time"), sentence)
