"""Staff without a second factor get no further than setting one up, where the node asks for it."""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

GUARDED = ("/console/", "/admin/")
DOOR = "/console/account/"


class SecondFactorMiddleware:
    """Holds ``/console/`` and ``/admin/`` shut for persons without a second factor (``OWLNODE_REQUIRE_MFA``).

    Whoever has one is asked for it at every sign-in by allauth. Who came through the city's identity provider was asked
    there.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, or the way to the page where a second factor is set up."""
        if not settings.NODE.require_mfa or not _guarded(request.path) or _satisfied(request):
            return self.get_response(request)
        return redirect("mfa_index")


def _guarded(path: str) -> bool:
    return path.startswith(GUARDED) and not path.startswith(DOOR)


def _satisfied(request: HttpRequest) -> bool:
    user = request.user
    if not user.is_authenticated:
        return True  # nobody yet: the page itself asks to sign in
    came_by_provider = any(one.get("method") == "socialaccount" for one in get_authentication_records(request, user))
    return came_by_provider or is_mfa_enabled(user)
