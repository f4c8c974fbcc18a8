"""Questions to the table of requests."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from apps.accounts import selectors as accounts
from apps.accounts.models import RoleAssignment, User
from apps.accounts.types import Role
from apps.desk.states import OPEN


class RequestQuerySet(models.QuerySet[Any]):
    """Requests."""

    def visible_to(self, principal: User | AnonymousUser | None) -> Self:
        """What a person of the desk may see; nothing for anybody else, superusers without the role included.

        With the desk's role on the whole node: all. In departments: theirs, and those that triage has not given to a
        department yet – a request that nobody sees would be worse than one seen by a clerk of another department.
        """
        person = None if principal is None else accounts.active(principal)
        if person is None:
            return self.none()
        held = RoleAssignment.objects.filter(user=person, role=Role.DESK)
        if held.filter(department__isnull=True).exists():
            return self.all()
        if not held.exists():
            return self.none()
        return self.filter(Q(department__isnull=True) | Q(department__in=held.values("department")))

    def open(self) -> Self:
        """Those that still owe the requester an answer."""
        return self.filter(status__in=OPEN)

    def erasable(self, today: dt.date) -> Self:
        """Closed ones whose time to be kept has passed."""
        return self.filter(erase_on__lte=today)
