"""Who may write what: default deny, asked of the database at every request.

A program shows a token with scope ``sta:write`` and writes the things on which its user holds ``sensors.write_thing``;
what hangs on no thing yet – a new thing, a sensor by itself – also needs scope ``sta:write:new``. City staff write by
their session: with that right on a thing, or everything as steward or administrator of the whole node. In a closed test
bed (``OWLNODE_STA_OPEN_WRITE``) nobody is asked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware

from apps.accounts import selectors as accounts
from apps.accounts import services as account_services
from apps.accounts.types import Role, UserKind
from apps.core.errors import NotPermitted, Unauthenticated
from apps.sensors import selectors as sensors
from apps.sensorthings.principals import Principal

SCOPE = "sta:write"
NEW_SCOPE = "sta:write:new"
RIGHT = "sensors.write_thing"
NOBODYS = 0
"""A thing that is never there, in the place of one that is not found."""
ROLES = (Role.STEWARD, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Writer:
    """Whoever writes: ``everything`` of this city, or the things they hold the right on; ``new``: also what is new."""

    user: Any
    by: str
    everything: bool = False
    new: bool = False

    @property
    def principal(self) -> Principal:
        """The same as reading knows them."""
        return Principal(self.user, self.by)  # type: ignore[arg-type]  # one of its three words

    def require_things(self, keys: Collection[int]) -> None:
        """Raises NotPermitted unless every one of these things may be written – also where there are none."""
        if self.everything:
            return None
        wanted = set(keys)
        if not wanted:
            return self.require_new()
        held = accounts.objects_with(self.user, RIGHT, sensors.things().filter(pk__in=wanted))
        if set(held.values_list("pk", flat=True)) != wanted:
            raise NotPermitted(
                "You hold no right to write this.",
                part="Authorization",
                remedy="The city's administration can grant the right on a thing to the user of your token.",
            )
        return None

    def require_new(self) -> None:
        """Raises NotPermitted unless what hangs on no thing may be made and changed."""
        if not self.new:
            raise NotPermitted(
                f"Writing what belongs to no thing of yours needs the scope “{NEW_SCOPE}”.", part="Authorization"
            )

    def keep(self, thing_id: int) -> None:
        """Give the maker of a new thing the right on it, unless they may write everything anyhow."""
        if not self.everything:
            thing = sensors.things().get(pk=thing_id)
            account_services.grant(principal=self.user, permission=RIGHT, object=thing)


def things_of(streams: Collection[int]) -> set[int]:
    """The things on which these datastreams need the right; for unknown ones one that nobody holds, so that asking for
    it does not tell which there are."""
    found = sensors.things_of_streams(datastream_ids=streams)
    return {found.get(one, NOBODYS) for one in streams}


def writer_of(request: HttpRequest) -> Writer:
    """Who writes. Raises Unauthenticated for nobody and for unknown tokens, NotPermitted for peers, missing scopes and
    a session without its CSRF token."""
    header = request.headers.get("Authorization", "")
    if header:
        return by_token(account_services.authenticate_token(secret=bearer(header), scope=SCOPE))
    if settings.NODE.sta_open_write:
        return Writer(AnonymousUser(), "nobody", everything=True, new=True)
    if not request.user.is_authenticated:
        raise Unauthenticated("Writing needs a token: Authorization: Bearer owl_….", part="Authorization")
    _check_csrf(request)
    user: Any = request.user
    wide = may_everything(user)
    return Writer(user, "session", everything=wide, new=wide)


def by_token(token: Any) -> Writer:
    """The writer a token stands for; raises NotPermitted for a peer's."""
    if token.user.kind == UserKind.PEER:
        raise NotPermitted("A partner city does not write here.", part="Authorization")
    return Writer(token.user, "token", everything=may_everything(token.user), new=NEW_SCOPE in token.scopes)


def bearer(header: str) -> str:
    """The secret in an Authorization header; raises Unauthenticated for another scheme."""
    scheme, _space, secret = header.partition(" ")
    if scheme.lower() != "bearer":
        raise Unauthenticated("Only “Authorization: Bearer …” is understood here.", part="Authorization")
    return secret.strip()


def may_everything(user: Any) -> bool:
    """Whether a person writes whatever this city owns."""
    if user.kind != UserKind.PERSON:
        return False
    return bool(user.is_superuser) or any(accounts.has_role(user, role) for role in ROLES)


def _check_csrf(request: HttpRequest) -> None:
    """A session's cookie comes along with any page's request; only the token shows that a page of ours sent it."""
    check = _Csrf(lambda _request: HttpResponse())
    check.process_request(request)
    reason = check.process_view(request, lambda _request: HttpResponse(), (), {})
    if reason is not None:
        raise NotPermitted(f"The CSRF token is missing or wrong: {reason}", code="csrf", part="X-CSRFToken")


class _Csrf(CsrfViewMiddleware):
    def _reject(self, request: HttpRequest, reason: str) -> Any:
        return reason
