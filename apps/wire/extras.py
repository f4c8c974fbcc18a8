"""What a row carries beside its number: the JSON tail of an observation and its result time, as one canonical text."""

from __future__ import annotations

import json
from typing import Final

from apps.wire import canonical

RESULT_TIME: Final = "resultTime"
_SAFE: Final = 2**53 - 1


def join(tail: str | None, result_time: int | None) -> str | None:
    """The page's ``extra``: the members of ``tail`` (a JSON object) and ``resultTime`` (µs since 1970 UTC); None for none.

    Raises BadJson for a tail that has no canonical JSON.
    """
    if tail is None and result_time is None:
        return None
    value = {} if tail is None else json.loads(tail, parse_int=_number)
    if result_time is not None:
        value[RESULT_TIME] = result_time
    return canonical.dumps(value).decode()


def split(extra: str | None) -> tuple[str | None, int | None]:
    """Tail and result time of a page's ``extra``; the reverse of ``join``."""
    if extra is None or RESULT_TIME not in extra:
        return extra, None
    value = json.loads(extra)
    moment = value.pop(RESULT_TIME, None)
    if type(moment) is not int or not 0 <= moment <= _SAFE:
        return extra, None
    return (canonical.dumps(value).decode() if value else None), moment


def _number(digits: str) -> int | float:
    """Integers that JavaScript cannot hold become floating point (RFC 8785, section 3.2.2.3)."""
    value = int(digits)
    return value if abs(value) <= _SAFE else float(value)
