"""Persons, principals, departments and roles."""

from __future__ import annotations

import hashlib
import re

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import Department, RoleAssignment, User
from apps.accounts.types import Role, UserKind
from apps.core.errors import Conflict, Invalid

MAX_NAME = 255


@transaction.atomic
def create_person(
    *, username: str, password: str | None, display_name: str = "", email: str = "", staff: bool = False
) -> User:
    """Make a person's account; ``password`` None means that nobody can log in with one yet.

    Raises Invalid for a weak password or an impossible name, Conflict when the user name is taken.
    """
    user = User(username=username, display_name=display_name, email=email, is_staff=staff, kind=UserKind.PERSON)
    return _save_person(user, password)


@transaction.atomic
def create_administrator(*, username: str, password: str, display_name: str = "", email: str = "") -> User:
    """Make a person who runs the node: superuser with the role *administrator* on the whole node.

    Raises Invalid and Conflict like ``create_person``.
    """
    user = User(username=username, display_name=display_name, email=email, kind=UserKind.PERSON)
    user.is_staff = user.is_superuser = True
    _save_person(user, password)
    assign_role(user=user, role=Role.ADMINISTRATOR)
    return user


def set_password(*, user: User, password: str) -> None:
    """Give a person a new password. Raises Invalid when it is weak or the user is no person."""
    if user.kind != UserKind.PERSON:
        raise Invalid(_("Only persons have a password."), part="password")
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])


def create_principal(*, kind: UserKind | str, name: str) -> User:
    """The principal of a peer (``name`` is its DID) or a service; the same row when it is already there.

    It has no password and can never become staff – a database constraint says so. A principal that was deactivated
    stays so. Raises Invalid for a person or an impossible name.
    """
    if kind not in {UserKind.PEER, UserKind.SERVICE}:
        raise Invalid(_("A principal is a peer or a service."), part="kind")
    if not name or len(name) > MAX_NAME:
        raise Invalid(_("A principal needs a name of 1 to 255 characters."), part="name")
    user, made = User.objects.get_or_create(
        kind=UserKind(kind), display_name=name, defaults={"username": _principal_username(kind, name)}
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def set_active(*, user: User, active: bool) -> None:
    """Switch a user on or off. Switched off, every gate is closed for it from the commit on; its rights are kept."""
    User.objects.filter(pk=user.pk).update(is_active=active)
    user.is_active = active


@transaction.atomic
def create_department(*, slug: str, name_de: str, name_en: str) -> Department:
    """Make a department together with the group its rights hang on. Raises Invalid or Conflict."""
    department = Department(slug=slug, name_de=name_de, name_en=name_en)
    _clean(department, exclude=["group"])
    try:
        with transaction.atomic():
            department.group = Group.objects.create(name=f"department:{slug}")
    except IntegrityError as error:
        raise Conflict(_("There is already a department of this name."), part="slug") from error
    department.save()
    return department


@transaction.atomic
def assign_role(*, user: User, role: Role | str, department: Department | None = None) -> RoleAssignment:
    """Give a person a role in a department, or on the whole node; giving it twice changes nothing.

    Whoever has a role in a department belongs to its group. Raises Invalid for an unknown role or a user who is no
    person.
    """
    if user.kind != UserKind.PERSON:
        raise Invalid(_("Only persons hold roles."), part="user")
    if role not in Role.values:
        raise Invalid(_("There is no such role."), part="role", remedy=", ".join(Role.values))
    assignment, _made = RoleAssignment.objects.get_or_create(user=user, role=Role(role), department=department)
    if department is not None:
        user.groups.add(department.group)
    return assignment


@transaction.atomic
def remove_role(*, user: User, role: Role | str, department: Department | None = None) -> None:
    """Take a role away; with the last one in a department the membership goes too. Idempotent."""
    RoleAssignment.objects.filter(user=user, role=role, department=department).delete()
    if department is not None and not RoleAssignment.objects.filter(user=user, department=department).exists():
        user.groups.remove(department.group)


def _save_person(user: User, password: str | None) -> User:
    if password is None:
        user.set_unusable_password()
    else:
        _check_password(password, user)
        user.set_password(password)
    if User.objects.filter(username=user.username).exists():
        raise Conflict(_("This user name is taken."), part="username")
    _clean(user, exclude=[])
    user.save()
    return user


def _check_password(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), part="password") from error


def _clean(row: User | Department, *, exclude: list[str]) -> None:
    try:
        row.full_clean(exclude=exclude, validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        part, messages = next(iter(error.message_dict.items()))
        raise Invalid(" ".join(messages), part=part) from error


def _principal_username(kind: str, name: str) -> str:
    # A DID holds characters a user name must not; the digest keeps two that look alike apart.
    readable = re.sub(r"[^\w.@+-]+", "-", name, flags=re.ASCII)[:80].strip("-")
    return f"{UserKind(kind).value}-{readable}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
