"""What an administrator does for a colleague who cannot get in: end a lock-out, take a lost second factor away."""

from __future__ import annotations

from typing import Any

from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from apps.accounts import selectors
from apps.accounts.types import Role
from apps.console.gate import WRITE, StaffRequest, screen
from apps.console.signin import devices
from apps.core import clock
from apps.core.errors import NotPermitted


def state_of(person: Any) -> dict[str, bool]:
    """``{"locked", "armed"}``: do wrong passwords keep this person out anywhere; is there a second factor."""
    since = clock.now() - settings.AXES_COOLOFF_TIME
    # A row counts for one browser; what keeps somebody out is the sum at one address, whatever the browser says it is.
    recent = _counters(person).filter(attempt_time__gt=since).values("username", "ip_address").order_by()
    full = recent.annotate(failures=Sum("failures_since_start")).filter(failures__gte=settings.AXES_FAILURE_LIMIT)
    return {"locked": full.exists(), "armed": Authenticator.objects.filter(user=person).exists()}


def forgive(request: HttpRequest, person: Any) -> None:
    """Forget all wrong passwords and codes for this person, on every device and from every address."""
    _counters(person).delete()
    ratelimit.clear(request, action="login_failed", key=f"mfa-auth-user-{person.pk}")


@screen(Role.ADMINISTRATOR, methods=WRITE)
def admit(request: StaffRequest, key: int) -> HttpResponse:
    """End a lock-out. Raises NotPermitted unless asked by an administrator of the whole node."""
    _require_administrator(request)
    forgive(request, selectors.shown(key))
    messages.success(request, _("The colleague can sign in again at once."))
    return redirect("console:person", key=key)


@screen(Role.ADMINISTRATOR, methods=WRITE)
def disarm(request: StaffRequest, key: int) -> HttpResponse:
    """Take every second factor of a person away: app, keys, recovery codes. Raises NotPermitted as ``admit``."""
    _require_administrator(request)
    Authenticator.objects.filter(user=selectors.shown(key)).delete()
    messages.success(request, _("The second factor is gone; the next one is set up at the next sign-in."))
    return redirect("console:person", key=key)


def _require_administrator(request: StaffRequest) -> None:
    if not selectors.has_role(request.user, Role.ADMINISTRATOR):
        raise NotPermitted(_("Only an administrator of this node may do this."), part="user")


def _counters(person: Any) -> QuerySet[Any]:
    name = person.username.lower()
    counters: QuerySet[Any] = AccessAttempt.objects.filter(
        Q(username=name) | Q(username__startswith=name + devices.BETWEEN)
    )
    return counters
