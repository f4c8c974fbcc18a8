"""Who asks: the user of the session, the holder of a token, or nobody. A peer never comes through this door."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.types import UserKind
from apps.core.errors import NotPermitted, Unauthenticated
from apps.holdings.selectors import access
from apps.holdings.types import Access

READ = "sta:read"
WRITE = "sta:write"


@dataclass(frozen=True, slots=True)
class Principal:
    """Whoever asks: ``user`` (AnonymousUser for nobody), and by what they are known."""

    user: Any
    by: Literal["session", "token", "nobody"] = "nobody"

    def access(self) -> Access:
        """What they may read now. In a closed test bed, where anybody may write, anybody sees everything.

        What everybody may read is remembered for a moment (``OWLNODE_STA_ACCESS_SECONDS``): asking is half of the work
        of a small answer, and the same for all of them. Whoever is known is asked about every time.
        """
        if settings.NODE.sta_open_write:
            return Access(everything=True)
        if self.by == "nobody" and settings.NODE.sta_access_seconds:
            with _asking:  # one thread asks, and those that wait meanwhile have its answer, too
                return _everybodys(int(time.monotonic() / settings.NODE.sta_access_seconds))
        return access(self.user)


_asking = threading.Lock()


@lru_cache(maxsize=1)
def _everybodys(moment: int) -> Access:
    """What everybody may read, asked once in each ``moment``."""
    return access(AnonymousUser())


NOBODY = Principal(AnonymousUser())


def who(request: HttpRequest, *, scope: str = READ) -> Principal:
    """Who asks, by ``Authorization: Bearer owl_…`` or the session.

    Raises Unauthenticated for a token that is unknown or has ended, NotPermitted for one without the scope and for a
    peer: its way is the feed, under its agreement.
    """
    header = request.headers.get("Authorization", "")
    if header:
        return _refuse_peers(Principal(_holder(header, scope), "token"))
    user = request.user
    if user.is_authenticated:
        return _refuse_peers(Principal(user, "session"))
    return NOBODY


def _holder(header: str, scope: str) -> Any:
    scheme, _space, secret = header.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated(_("Only “Authorization: Bearer …” is understood here."), part="Authorization")
    return accounts.authenticate_token(secret=secret.strip(), scope=scope).user


def _refuse_peers(principal: Principal) -> Principal:
    if principal.user.kind == UserKind.PEER:
        raise NotPermitted(_("A partner city reads through its agreement, not here."), part="Authorization")
    return principal
