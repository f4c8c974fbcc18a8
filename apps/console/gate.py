"""The one gate of the console: every screen names the roles that may open it; nobody else gets in.

``@screen(Role.OWNER)`` wraps a view. Whoever is not signed in goes to the door; a person without one of the roles gets
403; any other method 405. Errors of the domain become calm pages (``answers``). Rights on single objects are asked of
the domain, by what it shows (``visible_to``) and what it refuses. A test holds all of this for every address.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.cache import never_cache

from apps.accounts import selectors as accounts
from apps.accounts.types import Role
from apps.console import answers
from apps.core.errors import OwlError

if TYPE_CHECKING:
    from apps.accounts.models import User

P = ParamSpec("P")
READ, WRITE = ("GET", "HEAD"), ("POST",)
FORM = (*READ, *WRITE)

EVERY_ROLE = tuple(Role)
SIGNING = (Role.STEWARD, Role.OWNER, Role.GATEKEEPER)
SIGHTED = (*SIGNING, Role.ADMINISTRATOR)


class StaffRequest(HttpRequest):
    """A request behind the gate: a person, and the roles held anywhere on this node."""

    user: User
    roles: frozenset[Role]


def screen(
    *roles: Role, methods: tuple[str, ...] = READ
) -> Callable[[Callable[Concatenate[StaffRequest, P], HttpResponse]], Callable[..., HttpResponse]]:
    """Open a view to active staff who hold one of the roles, in any department or on the whole node."""

    def wrap(view: Callable[Concatenate[StaffRequest, P], HttpResponse]) -> Callable[..., HttpResponse]:
        @never_cache
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            user = accounts.active(request.user)
            if user is None:
                return redirect_to_login(request.get_full_path() if request.method in READ else "/console/")
            held = accounts.roles_of(user) if user.is_staff else frozenset()
            staff = cast(StaffRequest, request)
            staff.roles = held
            if not held & set(roles):
                return answers.no_entry(staff)
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            try:
                return view(staff, *args, **kwargs)
            except OwlError as error:
                return answers.answer(staff, error)

        cast(Any, guarded).screen = (frozenset(roles), frozenset(methods))
        return guarded

    return wrap
