"""Keeping machines out without anybody else's help: a trap, a pause, a proof of work or a plain question, and rates.

The proof is ALTCHA's (a hash with so many zeros' worth of work), checked by its library and solved in the browser by a
few lines of our own; without scripts a small sum does as well. Nobody is profiled: rates count an email address under a
key of the day, and a network address under a random key that lives for an hour and is never written down.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from datetime import timedelta
from typing import Any

from altcha import v1 as altcha
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from apps.core import clock
from apps.core.errors import Throttled

log = logging.getLogger(__name__)
WORK = 60_000
MINUTES = 60
PAUSE_SECONDS = 3
MAILS_A_DAY = 5
FORMS_AN_HOUR = 20


def challenge() -> dict[str, Any]:
    """A new puzzle, good for an hour."""
    expires = clock.now() + timedelta(minutes=MINUTES)
    made = altcha.create_challenge(altcha.ChallengeOptions(hmac_key=_key(), max_number=WORK, expires=expires))
    names = ("algorithm", "challenge", "max_number", "salt", "signature")
    return {name: getattr(made, name) for name in names}


def solved(payload: str) -> bool:
    """Whether this is the solution of a puzzle of ours that nobody has handed in before."""
    if not payload or len(payload) > 4096:
        return False
    try:
        good, _reason = altcha.verify_solution(payload, _key(), check_expires=True)
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    return bool(good) and _first_time(payload)


def check_rate(*, email: str, address: str) -> None:
    """Count this submission. Raises Throttled when one mailbox or one line sends too many."""
    moment = clock.now()
    if email:
        _count(f"mail:{_digest(_key(), email.lower())}:{moment:%Y%m%d}", MAILS_A_DAY, 86_400)
    if address:
        _count(f"line:{_digest(_hours_key(), address)}:{moment:%Y%m%d%H}", FORMS_AN_HOUR, 3_600)


def _count(name: str, most: int, seconds: int) -> None:
    key = f"desk-rate:{name}"
    try:
        cache.add(key, 0, timeout=seconds)
        number = cache.incr(key)
    except (ValueError, RedisError):  # an application matters more than counting it
        log.warning("submissions are not counted: the cache does not answer")
        return
    if number > most:
        raise Throttled(
            _("Too many requests were sent from here in a short time."),
            remedy=_("Please try again later, or write to the city by letter or email. Nothing you wrote is lost."),
        )


def _first_time(payload: str) -> bool:
    try:
        return bool(cache.add(f"desk-puzzle:{_digest(_key(), payload)}", 1, timeout=MINUTES * 60))
    except RedisError:
        return True


def _hours_key() -> str:
    """A random key in the cache; when it is gone, nothing leads back from a count to an address."""
    name = f"desk-rate-key:{clock.now():%Y%m%d%H}"
    try:
        made = secrets.token_hex(16)
        return str(cache.get_or_set(name, made, timeout=3_600))
    except RedisError:
        return secrets.token_hex(16)


def _key() -> str:
    return hashlib.sha256(f"desk-puzzle:{settings.SECRET_KEY}".encode()).hexdigest()


def _digest(key: str, value: str) -> str:
    return hmac.new(key.encode(), value.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()
