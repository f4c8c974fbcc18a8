"""Single observations as they arrive in the event loop of a web process: those that arrive together are written
together, and no thread waits for its turn meanwhile.

Only what is plain and goes well is answered here. Everything else takes the long way through a view, which writes it
alone or says what is wrong: so there is one place that says so, and nothing was written before.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Sequence

from django.db import close_old_connections

from apps.core.errors import OwlError
from apps.core.gathering import Gathering
from apps.sensorthings import paths
from apps.sensorthings.entities import OBSERVATIONS
from apps.sensorthings.reading.landing import address
from apps.sensorthings.writing import bodies, drafts, observing, singles
from apps.sensorthings.writing.observing import Order, Outcome
from apps.sensorthings.writing.rights import bearer

log = logging.getLogger(__name__)


async def arrive(path: str, authorization: str, raw: bytes) -> str | None:
    """Write the observation that was posted to ``path`` below the API's root; its address once it is committed.

    None where the long way has to be taken: nothing was written then – or, where the database broke off in the middle
    of a commit, perhaps what the long way will write once more, as the same reading.
    """
    try:
        order = _order(path, authorization, raw)
        if order is None:
            return None
        outcome = await _gathering.submit(order)
    except OwlError:
        return None
    except Exception:  # whatever it was, the long way meets it again and answers as it always does
        log.warning("a group of observations failed", exc_info=True)
        return None
    return None if isinstance(outcome, OwlError) else address(OBSERVATIONS, outcome)


def _order(path: str, authorization: str, raw: bytes) -> Order | None:
    steps = _parsed(path)
    if not steps.steps or steps.last.entity is not OBSERVATIONS or not steps.is_collection or steps.value or steps.ref:
        return None
    row = singles.row(drafts.read(OBSERVATIONS, bodies.parse(raw)), steps)
    return None if row is None else Order(row, secret=bearer(authorization))


def _write(orders: Sequence[Order]) -> Sequence[Outcome]:
    """A group, in the gathering's own thread, which no request begins or ends for the database's sake."""
    close_old_connections()
    return observing.write(orders)


_parsed = functools.lru_cache(maxsize=1024)(paths.parse)  # devices come back to where they were
_gathering: Gathering[Order, Outcome] = Gathering(_write)
