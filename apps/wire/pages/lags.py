"""Result times as a column of their own: as text in ``extra`` they would cost more than everything else together."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from apps.wire import extras
from apps.wire.columns import Columns, Ints, Mask
from apps.wire.errors import BadPage

Texts = Sequence[str | None]

_SAFE = 2**53


def take_out(rows: Columns) -> tuple[Ints, Mask, Texts | None]:
    """(result time - time in µs, where there is one, all other extras): rows with nothing but a result time apart."""
    times, present = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.bool_)
    if rows.extra is None:
        return times, present, None
    rest: list[str | None] = list(rows.extra)
    for row, text in enumerate(rows.extra):
        moment = None if text is None else extras.time_only(text)
        if moment is not None:
            times[row], present[row], rest[row] = moment, True, None
    return np.where(present, times - rows.time, 0), present, rest


def put_back(lags: Ints, present: Mask, time: Ints, texts: Texts | None) -> Texts | None:
    """The extras of all rows again. Raises BadPage for a row with both, or a result time no JSON number holds."""
    if not present.any():
        return texts
    places = np.flatnonzero(present)
    moments = (time + lags)[places]
    if ((moments < 0) | (moments >= _SAFE)).any():
        raise BadPage("A result time leaves its range.", part="lag")
    whole: list[str | None] = [None] * len(time) if texts is None else list(texts)
    for row, moment in zip(places.tolist(), moments.tolist(), strict=True):
        if whole[row] is not None:
            raise BadPage("A row has a lag and an extra.", part="lag")
        whole[row] = extras.time_text(moment)
    return whole
