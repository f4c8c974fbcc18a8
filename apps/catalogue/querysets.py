"""Reusable questions to the catalogue's tables."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from apps.accounts import selectors as accounts
from apps.accounts import types as account_types
from apps.accounts.models import RoleAssignment, User
from apps.catalogue.states import TermsState
from apps.catalogue.types import PULL, VIEW

Principal = User | AnonymousUser | None


class DatasetQuerySet(models.QuerySet[Any]):
    """Datasets."""

    def released(self, *visibilities: str) -> Self:
        """Those with terms in force; with ``visibilities`` only where these say one of them."""
        in_force = Q(terms_versions__state=TermsState.RELEASED)
        if visibilities:
            in_force &= Q(terms_versions__terms__visibility__in=visibilities)
        matching = self.model._default_manager.filter(in_force).values("pk")
        return self.filter(pk__in=matching)

    def visible_to(self, principal: Principal) -> Self:
        """The datasets whose existence and description this principal may know; default deny.

        Everybody: what is released as public. An active peer also: what is released to peers, and what it may view or
        pull by a permission of its own. A person or service also: what it may view by permission, itself or through a
        department; persons who sign see the datasets of their departments, on the whole node where their role is held
        there. Superusers see all. Asks the database anew each time.
        """
        public = Q(pk__in=self.model._default_manager.released("public").values("pk"))
        asking = _afresh(principal)
        if asking is None:
            return self.filter(public)
        if asking.is_superuser:
            return self.all()
        return self.filter(public | self._by_right(asking) | self._by_kind(asking))

    def whole_for(self, principal: Principal) -> Self:
        """The datasets whose every reading this principal may see, whatever the terms let others see; default deny.

        A person or service by the permission to view, itself or through a department; persons who sign, by their role;
        superusers all. Never a peer: its way is the feed. That a dataset is public gives nobody more than its terms.
        """
        asking = _afresh(principal)
        if asking is None or asking.kind == account_types.UserKind.PEER:
            return self.none()
        if asking.is_superuser:
            return self.all()
        everything = self.model._default_manager.all()
        viewable = accounts.objects_held(asking, VIEW, everything).values("pk")
        return self.filter(Q(pk__in=viewable) | self._by_role(asking))

    def _by_right(self, asking: User) -> Q:
        everything = self.model._default_manager.all()
        viewable = accounts.objects_held(asking, VIEW, everything).values("pk")
        pullable = accounts.objects_held(asking, PULL, everything).values("pk")
        return Q(pk__in=viewable) | Q(pk__in=pullable)

    def _by_kind(self, asking: User) -> Q:
        if asking.kind == account_types.UserKind.PEER:
            return Q(pk__in=self.model._default_manager.released("peers", "public").values("pk"))
        return self._by_role(asking)

    def _by_role(self, asking: User) -> Q:
        held = RoleAssignment.objects.filter(user=asking, role__in=account_types.SIGHTED_ROLES)
        if held.filter(department__isnull=True).exists():
            return Q(pk__gt=0)
        return Q(department__in=held.values("department"))


class TermsVersionQuerySet(models.QuerySet[Any]):
    """Versions of terms."""

    def in_force(self) -> Self:
        """Released and neither superseded nor withdrawn; at most one for each dataset."""
        return self.filter(state=TermsState.RELEASED)

    def waiting(self) -> Self:
        """Prepared, and not yet signed by everybody who must."""
        return self.filter(state=TermsState.PREPARED)


def _afresh(principal: Principal) -> User | None:
    if principal is None or principal.pk is None:
        return None
    return User.objects.filter(pk=principal.pk, is_active=True).first()
