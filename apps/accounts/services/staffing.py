"""What an administrator does with the staff: accounts, passwords, roles – never so that nobody is left to do it."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import selectors
from apps.accounts.models import Department, RoleAssignment, User
from apps.accounts.services import people
from apps.accounts.types import Role, UserKind
from apps.core.errors import Conflict, NotPermitted
from apps.core.guards import advisory_xact_lock


def hire(*, by: User, username: str, password: str, display_name: str = "", email: str = "") -> User:
    """Make a staff account. Raises NotPermitted unless ``by`` is an administrator; Invalid, Conflict."""
    _require_administrator(by)
    return people.create_person(
        username=username, password=password, display_name=display_name, email=email, staff=True
    )


@transaction.atomic
def give_role(*, by: User, user: User, role: Role | str, department: Department | None = None) -> None:
    """Give a person a role; twice is the same as once. Raises NotPermitted, Invalid."""
    _require_administrator(by)
    people.assign_role(user=user, role=role, department=department)


@transaction.atomic
def take_role(*, by: User, user: User, role: Role | str, department: Department | None = None) -> None:
    """Take a role away; idempotent. Raises NotPermitted, Conflict for the last administrator of the whole node."""
    _require_administrator(by)
    if role == Role.ADMINISTRATOR and department is None:
        _keep_one(user)
    people.remove_role(user=user, role=role, department=department)


@transaction.atomic
def switch(*, by: User, user: User, active: bool) -> None:
    """Switch a person's account on or off, at once. Raises NotPermitted, Conflict for the last administrator."""
    _require_administrator(by)
    if user.kind != UserKind.PERSON:
        raise NotPermitted(_("Peers and services are not switched here."), part="user")
    if not active:
        _keep_one(user)
    people.set_active(user=user, active=active)


def renew_password(*, by: User, user: User, password: str) -> None:
    """Give a colleague a new password, which ends the colleague's sessions. Raises NotPermitted, Invalid."""
    _require_administrator(by)
    people.set_password(user=user, password=password)


def found_department(*, by: User, slug: str, name_de: str, name_en: str) -> Department:
    """Make a department. Raises NotPermitted, Invalid, Conflict."""
    _require_administrator(by)
    return people.create_department(slug=slug, name_de=name_de, name_en=name_en)


def _require_administrator(by: User) -> None:
    if not selectors.has_role(by, Role.ADMINISTRATOR):
        raise NotPermitted(_("Only an administrator of this node may do this."), part="user")


def _keep_one(user: User) -> None:
    """Under a lock, so that two administrators cannot take the role from each other at the same moment."""
    advisory_xact_lock("accounts.administrators")
    wide = RoleAssignment.objects.filter(role=Role.ADMINISTRATOR, department__isnull=True, user__is_active=True)
    if wide.filter(user=user).exists() and not wide.exclude(user=user).exists():
        raise Conflict(
            _("This is the last administrator of the node."),
            part="user",
            remedy=_("Give somebody else the role first."),
        )
