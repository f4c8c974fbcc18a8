"""JSON documents taken apart: objects, texts, times, places, nested values – with errors that name the part."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from apps.core.errors import Invalid, TooLarge
from apps.ingest import rows
from apps.ingest.formats import cells
from apps.ingest.rows import RowRefused
from apps.sensors.types import datetime_of

MAX_DEPTH = 8
MAX_VALUES = 10_000
MAX_ITEM = 100
MAX_TEXT = 1_000


def load(body: bytes) -> Any:
    """The JSON value in a body (UTF-8, with or without a mark). Raises Invalid."""
    try:
        return json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Invalid(_("The body is not UTF-8."), code="not-utf-8", part="body") from None
    except (ValueError, RecursionError):
        raise Invalid(_("The body is not JSON."), code="not-json", part="body") from None


def load_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body. Raises Invalid."""
    document = load(body)
    if not isinstance(document, dict):
        raise Invalid(_("The body must be a JSON object."), part="body")
    return document


def inner(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The object under a name; empty when it is left out. Raises Invalid for anything else."""
    found = document.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise Invalid(_("“%(name)s” must be an object.") % {"name": name}, part=name)
    return found


def text(document: Mapping[str, Any], name: str) -> str:
    """The text under a name; '' when it is left out. Raises Invalid for anything but a text or a whole number."""
    found = document.get(name)
    if found is None:
        return ""
    if isinstance(found, bool) or not isinstance(found, str | int):
        raise Invalid(_("“%(name)s” must be a text.") % {"name": name}, part=name)
    try:
        return str(found)[:MAX_TEXT]
    except ValueError:  # an integer of thousands of digits
        raise Invalid(_("“%(name)s” must be a text.") % {"name": name}, part=name) from None


def moment(value: object, part: str) -> datetime | None:
    """The aware time that an ISO 8601 text names; None when it is left out. Raises Invalid."""
    if value is None or value == "":
        return None
    try:
        return datetime_of(rows.moment(value))
    except RowRefused as error:
        raise Invalid(str(error), code=error.reason, part=part) from None


def place(longitude: object, latitude: object) -> tuple[float, float] | None:
    """A place in WGS 84 degrees; None where the two numbers are none."""
    pair = []
    for value in (longitude, latitude):
        if isinstance(value, bool) or not isinstance(value, int | float):
            return None
        pair.append(value)
    if not (-180 <= pair[0] <= 180 and -90 <= pair[1] <= 90):
        return None
    return float(pair[0]), float(pair[1])


def number(value: object) -> Any:
    """A text that is a plain decimal as the number it says (``"21,5"`` too); anything else as it is."""
    if not isinstance(value, str):
        return value
    found = cells.number(value)
    return value if math.isnan(found) else found


def flatten(values: Mapping[str, Any]) -> dict[str, Any]:
    """Nested objects as keys with dots, lists as numbered keys from 0: ``{"a": {"b": [7]}}`` → ``{"a.b.0": 7}``.

    Empty objects and lists hold no value. Raises Invalid (deeper than eight levels) and TooLarge (too many values).
    """
    found: dict[str, Any] = {}
    for key, value in _leaves(values, "", 0):
        found[key] = value
        if len(found) > MAX_VALUES:
            raise too_many()
    return found


def too_many() -> TooLarge:
    """The error for more values than one message may hold."""
    return TooLarge(
        _("More than %(limit)d values at once.") % {"limit": MAX_VALUES}, remedy=_("Send them in several messages.")
    )


def _leaves(value: Any, path: str, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > MAX_DEPTH:
        raise Invalid(_("The values are nested too deeply."), code="too-deep", part=path[:80])
    if isinstance(value, dict):
        for name, below in value.items():
            yield from _leaves(below, f"{path}.{name}" if path else name, depth + 1)
    elif isinstance(value, list):
        if len(value) > MAX_ITEM:
            raise Invalid(_("A list within a message has 100 items at most."), code="list-too-long", part=path[:80])
        for index, below in enumerate(value):
            yield from _leaves(below, f"{path}.{index}" if path else str(index), depth + 1)
    else:
        yield path, value


def raw(body: bytes) -> str:
    """The body as text for the quarantine."""
    return body.decode("utf-8", errors="replace")


def as_text(value: object) -> str:
    """Part of a body as text for the quarantine."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "[nested too deeply]"
