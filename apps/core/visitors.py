"""Telling callers apart for a day without knowing them: for throttles and counts, never for profiles.

What is kept is a keyed hash of the address under a salt that exists in the cache only and is gone after the day: then
nobody, not even this node, can find out who was meant.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import logging
import secrets
from datetime import UTC, datetime

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
DAY_S = 86_400
IPV6_PREFIX = 64
"""One household has a whole /64; telling its addresses apart would make a throttle useless."""


def pseudonym(request: HttpRequest, *, at: datetime) -> str:
    """A name for the caller that holds for one UTC day: 32 hex digits, '' when the cache does not answer."""
    day = at.astimezone(UTC).date().isoformat()
    try:
        salt = cache.get_or_set(f"visitors-salt:{day}", lambda: secrets.token_hex(32), timeout=DAY_S)
    except RedisError:
        log.warning("callers are not told apart: the cache does not answer")
        return ""
    return hmac.new(str(salt).encode(), _network(address(request)).encode(), hashlib.sha256).hexdigest()[:32]


def address(request: HttpRequest) -> str:
    """The address of the caller: of the connection, or as the proxies of one's own say (``OWLNODE_TRUSTED_PROXIES``).

    Each proxy appends whom it heard; what stands before the entries of one's own proxies anybody can have written.
    """
    trusted: int = settings.NODE.trusted_proxies
    told = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()]
    if trusted and len(told) >= trusted:
        return told[-trusted]
    return str(request.META.get("REMOTE_ADDR") or "")


def calls(name: str, who: str, *, at: datetime, window_s: int, weight: int = 1) -> int:
    """Count a call of ``who`` in the running window; how many it makes, 0 when the cache does not answer."""
    key = f"{name}:{who}:{int(at.timestamp()) // window_s}"
    try:
        cache.add(key, 0, timeout=2 * window_s)
        return int(cache.incr(key, weight))
    except ValueError:  # the entry was evicted between the two calls
        return weight
    except RedisError:
        log.warning("calls are not counted: the cache does not answer")
        return 0


def _network(told: str) -> str:
    try:
        parsed = ipaddress.ip_address(told)
    except ValueError:
        return told
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network((parsed, IPV6_PREFIX), strict=False))
