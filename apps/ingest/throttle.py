"""How often a token may call: a fixed window in Django's cache, shared by all web processes where the cache is."""

from __future__ import annotations

import logging
from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from apps.core.errors import Throttled

log = logging.getLogger(__name__)
CALLS = 600
SOURCE_CALLS = 6_000
WINDOW_S = 60


def check(*, token_prefix: str, at: datetime, limit: int | None = None) -> None:
    """Count this call. Raises Throttled beyond ``limit`` (600) in a minute."""
    most = CALLS if limit is None else limit
    window = int(at.timestamp()) // WINDOW_S
    key = f"ingest-calls:{token_prefix}:{window}"
    try:
        cache.add(key, 0, timeout=2 * WINDOW_S)
        calls = cache.incr(key)
    except ValueError:  # the entry was evicted between the two calls
        return
    except RedisError:  # readings matter more than counting calls
        log.warning("calls are not counted: the cache does not answer")
        return
    if calls > most:
        raise Throttled(
            _("More than %(calls)d calls in a minute.") % {"calls": most},
            remedy=_("Send more readings in fewer calls."),
        )
