"""Query parameters: read strictly, refused by name. What is not known is an error, never ignored."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Final

from django.http import QueryDict
from django.utils.translation import gettext as _

from apps.core.errors import Invalid

LONGEST: Final = 300
MOST_IDS: Final = 200
BIGGEST_ID: Final = 2**31 - 1
MOST: Final = 1_000


class Parameters:
    """The parameters of one request. Raises Invalid naming the part for an unknown, repeated or unreadable one."""

    def __init__(self, given: QueryDict, allowed: Collection[str]) -> None:
        self.given = given
        for name in given:
            if name not in allowed:
                known = ", ".join(sorted(allowed))
                raise Invalid(
                    _("This parameter is not known here."),
                    part=name[:60],
                    remedy=_("Known are: %s.") % known if known else _("Leave it out."),
                )
            if len(given.getlist(name)) > 1:
                raise Invalid(_("This parameter is there twice."), part=name)

    def text(self, name: str) -> str:
        """A text, '' where it is not given."""
        value = self.given.get(name, "")
        if len(value) > LONGEST or "\x00" in value:
            raise Invalid(_("This is too long or no text."), part=name)
        return value

    def whole(self, name: str, *, default: int, least: int = 1, most: int = MOST) -> int:
        """A whole number within its bounds."""
        value = self.given.get(name, "")
        if not value:
            return default
        if not (value.isascii() and value.isdigit() and len(value) < 10) or not least <= int(value) <= most:
            raise Invalid(
                _("This must be a whole number from %(least)d to %(most)d.") % {"least": least, "most": most}, part=name
            )
        return int(value)

    def flag(self, name: str) -> bool:
        """``true`` or ``false`` (when not given)."""
        value = self.given.get(name, "")
        if value not in {"", "true", "false"}:
            raise Invalid(_("This must be true or false."), part=name)
        return value == "true"

    def moment(self, name: str) -> datetime | None:
        """A time (RFC 3339) or a day (its start), UTC where no zone is given; None where it is not given."""
        value = self.given.get(name, "")
        if not value:
            return None
        at = _read_moment(value)
        if at is None:
            raise Invalid(_("This is no time such as 2026-03-01 or 2026-03-01T12:00:00Z."), part=name)
        return at

    def ids(self, name: str) -> list[int] | None:
        """Numbers separated by commas, None where it is not given."""
        value = self.given.get(name, "")
        if not value:
            return None
        parts = value.split(",")
        sound = all(part.isascii() and part.isdigit() and len(part) <= 10 and int(part) <= BIGGEST_ID for part in parts)
        if len(parts) > MOST_IDS or not sound:
            raise Invalid(_("These must be at most %d numbers, separated by commas.") % MOST_IDS, part=name)
        return sorted({int(part) for part in parts})

    def box(self, name: str) -> tuple[float, float, float, float] | None:
        """west,south,east,north in degrees (WGS 84), None where it is not given."""
        value = self.given.get(name, "")
        if not value:
            return None
        try:
            west, south, east, north = (float(part) for part in value.split(","))
        except ValueError:
            west = south = east = north = float("nan")
        if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
            raise Invalid(_("This must be west,south,east,north in degrees."), part=name)
        return west, south, east, north

    def cursor(self, name: str = "cursor") -> str:
        """What ``pack`` packed, '' where it is not given."""
        value = self.given.get(name, "")
        if not value:
            return ""
        try:
            return base64.b64decode(value + "=" * (-len(value) % 4), b"-_", validate=True).decode()
        except (binascii.Error, ValueError) as error:
            raise Invalid(
                _("This cursor is none of ours."), part=name, remedy=_("Follow “next”, or leave the cursor out.")
            ) from error


def _read_moment(value: str) -> datetime | None:
    """An unescaped + of an offset arrives as a space."""
    try:
        at = datetime.fromisoformat(value.replace(" ", "+"))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def pack(position: str) -> str:
    """A cursor: opaque to the reader, without rights of its own."""
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")
