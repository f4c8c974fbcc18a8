"""Who is asking: a program with a token, somebody who is signed in, or just anybody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from apps.accounts import services as accounts
from apps.core.errors import Unauthenticated

if TYPE_CHECKING:
    from apps.accounts.models import ApiToken, User

SCOPE = "api"
Reader: TypeAlias = "User | AnonymousUser"


def token_of(request: HttpRequest) -> ApiToken | None:
    """The token in ``Authorization: Bearer …`` (RFC 6750, section 2.1), None without such a header.

    Raises Unauthenticated for a header of another kind and for a token that is none of ours or over, NotPermitted for
    one without the scope ``api``.
    """
    given = request.headers.get("Authorization", "")
    if not given:
        return None
    kind, _space, secret = given.partition(" ")
    if kind.lower() != "bearer":
        raise Unauthenticated(
            _("This kind of sign-in is not known here."), part="Authorization", remedy=_("Send “Bearer” and a token.")
        )
    return accounts.authenticate_token(secret=secret.strip(), scope=SCOPE)


def reader_of(request: HttpRequest) -> Reader:
    """The principal behind a request; nobody known is anonymous. Raises as ``token_of`` does."""
    token = token_of(request)
    if token is not None:
        return token.user
    user: Reader | None = getattr(request, "user", None)
    return AnonymousUser() if user is None else user


class ReaderAuthentication(BaseAuthentication):
    """``reader_of`` for REST framework; the API only reads, so a session needs no protection against forgery."""

    def authenticate(self, request: Request) -> tuple[Reader, ApiToken | None] | None:
        """The principal and the token, or None for anybody."""
        inner = request._request
        token = token_of(inner)
        if token is not None:
            return token.user, token
        user = reader_of(inner)
        return (user, None) if user.is_authenticated else None

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for (RFC 9110, section 11.6.1)."""
        return 'Bearer realm="api"'


class ReaderScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names it."""

    target_class = "apps.api.readers.ReaderAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """A bearer token; without one the API answers as to everybody."""
        return {"type": "http", "scheme": "bearer"}
