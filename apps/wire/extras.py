"""What a row carries beside its number: the JSON tail of an observation and its result time, as one canonical text."""

from __future__ import annotations

import re
from typing import Final

from apps.wire import canonical

RESULT_TIME: Final = "resultTime"
_SAFE: Final = 2**53 - 1
_TIME_ONLY: Final = re.compile(r'\{"resultTime":(0|[1-9][0-9]{0,15})\}')


def join(tail: str | None, result_time: int | None) -> str | None:
    """The page's ``extra``: the members of ``tail`` (a JSON object) and ``resultTime`` (µs since 1970 UTC); or None.

    Raises BadJson for a tail that has no canonical JSON.
    """
    if tail is None:
        return None if result_time is None else time_text(result_time)
    if result_time is None:
        return canonical.recode(tail)
    return canonical.dumps({**canonical.loads(tail), RESULT_TIME: result_time}).decode()


def split(extra: str | None) -> tuple[str | None, int | None]:
    """Tail and result time of a page's ``extra``; the reverse of ``join``."""
    if extra is None or RESULT_TIME not in extra:
        return extra, None
    alone = time_only(extra)
    if alone is not None:
        return None, alone
    value = canonical.loads(extra)
    moment = value.pop(RESULT_TIME, None)
    if type(moment) is not int or not 0 <= moment <= _SAFE:
        return extra, None
    return (canonical.dumps(value).decode() if value else None), moment


def time_text(result_time: int) -> str:
    """The ``extra`` of a row that has a result time (µs since 1970 UTC) and nothing else."""
    return f'{{"{RESULT_TIME}":{result_time}}}'


def time_only(extra: str) -> int | None:
    """The result time of such a row; None for any other ``extra``. What it accepts is canonical JSON."""
    found = _TIME_ONLY.fullmatch(extra)
    if found is None:
        return None
    moment = int(found[1])
    return moment if moment <= _SAFE else None
