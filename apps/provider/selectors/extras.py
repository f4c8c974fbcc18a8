"""What some readings carry beside a number: fetched only for the rows that have it."""

from __future__ import annotations

import numpy as np

from apps.provider.selectors.rows import MORE
from apps.provider.types import SUPPRESSED, Rows
from apps.sensors import types as sensor_types
from apps.sensors.selectors import tails


def of(rows: Rows) -> dict[int, str]:
    """Canonical JSON texts by row number for the rows marked as carrying more than a number.

    A replica shared onward tells by such a text that its owner suppressed the value: it becomes the mark again.
    """
    marked = np.flatnonzero(rows["mark"] & MORE)
    part = rows[marked]
    found = tails.texts(datastream=part["stream"] // 8, time=part["time"], span=part["span"])
    texts: dict[int, str] = {}
    for at, text in found.items():
        row = int(marked[at])
        if text == sensor_types.SUPPRESSED_EXTRA and np.isnan(rows["result"][row]):
            rows["mark"][row] = SUPPRESSED
        else:
            texts[row] = text
    return texts
