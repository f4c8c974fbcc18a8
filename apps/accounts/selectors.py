"""Reads of accounts. ``may`` is the one gate: it never trusts an object in memory and asks the database every time."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from guardian.core import ObjectPermissionChecker
from guardian.models import GroupObjectPermission, UserObjectPermission
from guardian.shortcuts import get_objects_for_user

from apps.accounts.models import Department, RoleAssignment, User
from apps.accounts.types import SIGHTED_ROLES, Role, UserKind
from apps.core import languages
from apps.core.errors import NotFound
from apps.core.statements import fetch_rows

M = TypeVar("M", bound=Model)


def may(principal: User | AnonymousUser, permission: str, obj: Model) -> bool:
    """Whether the principal holds the permission on this very object, itself or through a department.

    ``permission`` is ``"catalogue.pull_dataset"`` or just ``"pull_dataset"``. The principal is read afresh, so a
    deactivation or a revocation that has been committed counts at once. Nobody anonymous or inactive may anything; a
    superuser may everything.
    """
    asking = _afresh(principal)
    if asking is None or not _names_app_of(permission, obj):
        return False
    return bool(ObjectPermissionChecker(asking).has_perm(permission, obj))


def objects_with(principal: User | AnonymousUser, permission: str, queryset: QuerySet[M]) -> QuerySet[M]:
    """The rows of ``queryset`` for which ``may`` would say yes, as a queryset; empty for nobody and the inactive."""
    asking = _afresh(principal)
    return queryset.none() if asking is None else objects_held(asking, permission, queryset)


def objects_held(user: User, permission: str, queryset: QuerySet[M]) -> QuerySet[M]:
    """Like ``objects_with`` for a user whom the caller has just read as ``active``: nobody is read twice."""
    codename = permission.rsplit(".", 1)[-1]
    found: QuerySet[M] = get_objects_for_user(user, codename, klass=queryset, accept_global_perms=False)
    return found


def holders_among(
    *, user_ids: Collection[int], permission: str, model: type[Model], keys: Collection[int]
) -> set[tuple[int, int]]:
    """The pairs (user id, key) for which ``may`` would say yes, for many users and objects by one question."""
    kind = ContentType.objects.get_for_model(model)
    params = {
        "users": list(user_ids),
        "keys": [str(key) for key in keys],
        "codename": permission.rsplit(".", 1)[-1],
        "kind": kind.pk,
    }
    return {(user, int(key)) for user, key in fetch_rows(_HOLDERS, params, planned_once=True)}


# Three plain ways to a right instead of one condition for every pair: PostgreSQL would plan that anew at each question.
_HOLDERS = """
WITH asked AS MATERIALIZED (
    SELECT id, is_superuser FROM accounts_user WHERE id = ANY (%(users)s::bigint[]) AND is_active
), permission AS MATERIALIZED (
    SELECT id FROM auth_permission WHERE codename = %(codename)s AND content_type_id = %(kind)s
)
SELECT o.user_id, o.object_pk FROM permission p, asked a, guardian_userobjectpermission o
WHERE o.user_id = a.id AND o.permission_id = p.id AND o.object_pk = ANY (%(keys)s::text[])
UNION ALL
SELECT g.user_id, o.object_pk FROM permission p, asked a, accounts_user_groups g, guardian_groupobjectpermission o
WHERE g.user_id = a.id AND o.group_id = g.group_id AND o.permission_id = p.id AND o.object_pk = ANY (%(keys)s::text[])
UNION ALL
SELECT a.id, k.key FROM asked a CROSS JOIN unnest(%(keys)s::text[]) AS k (key) WHERE a.is_superuser
"""


def has_role(user: User | AnonymousUser, role: Role | str, department: Department | None = None) -> bool:
    """Whether an active person holds the role: in the department given, or on the whole node.

    A role on the whole node counts in every department. Without a department only the whole node counts. Being a
    superuser is no role: whoever signs must have been given the duty.
    """
    if user.pk is None:
        return False
    return RoleAssignment.objects.filter(_counts_in(department), user=user.pk, user__is_active=True, role=role).exists()


def with_role(role: Role | str, department: Department | None = None) -> QuerySet[User]:
    """The active persons for whom ``has_role`` would say yes, by user name."""
    holders = RoleAssignment.objects.filter(_counts_in(department), role=role).values("user_id")
    return User.objects.filter(pk__in=holders, is_active=True).order_by("username")


def roles_of(user: User | AnonymousUser) -> frozenset[Role]:
    """The roles an active person holds anywhere, in a department or on the whole node."""
    return frozenset(role for role, _department in duties_of(user))


def duties_of(user: User | AnonymousUser) -> frozenset[tuple[Role, int | None]]:
    """The roles of an active person, each with the department's primary key; None: on the whole node."""
    if user.pk is None:
        return frozenset()
    held = RoleAssignment.objects.filter(user=user.pk, user__is_active=True).values_list("role", "department")
    return frozenset((Role(role), department) for role, department in held)


def staff_with_email(addresses: Iterable[str]) -> User | None:
    """The one active staff person with any of these email addresses; None where there is nobody, or several."""
    matching = Q()
    for address in addresses:
        if address.strip():
            matching |= Q(email__iexact=address.strip())
    if not matching:
        return None
    found = list(User.objects.filter(matching, kind=UserKind.PERSON, is_active=True, is_staff=True)[:2])
    return found[0] if len(found) == 1 else None


def departments_of(user: User | AnonymousUser) -> QuerySet[Department]:
    """The departments the user belongs to, by short name."""
    return Department.objects.filter(group__user=user.pk)


def people() -> QuerySet[User]:
    """All persons with their roles and departments at hand, the active first, then by user name."""
    rows = User.objects.filter(kind=UserKind.PERSON).order_by("-is_active", "username")
    return rows.prefetch_related(Prefetch("roles", RoleAssignment.objects.select_related("department")))


def shown(key: int) -> User:
    """The person of this primary key. Raises NotFound."""
    found: User | None = people().filter(pk=key).first()
    if found is None:
        raise NotFound(_("There is no such person here."), part="user")
    return found


def departments() -> QuerySet[Department]:
    """All departments, by short name."""
    return Department.objects.select_related("group").order_by("slug")


def rights_on(model: type[Model]) -> dict[str, list[tuple[str, str]]]:
    """Who holds which right on which object of a model: ``{primary key: [(holder, codename), …]}``.

    Holders are departments by their name in the reader's language and users by their display or user name.
    """
    rights: dict[str, list[tuple[str, str]]] = {}
    kind = ContentType.objects.get_for_model(model)
    groups = GroupObjectPermission.objects.filter(content_type=kind)
    users = UserObjectPermission.objects.filter(content_type=kind)
    named = f"group__department__name_{languages.current()}"
    for key, department, name, codename in groups.values_list(
        "object_pk", named, "group__name", "permission__codename"
    ):
        rights.setdefault(key, []).append((department or name, codename))
    for key, shown_as, name, codename in users.values_list(
        "object_pk", "user__display_name", "user__username", "permission__codename"
    ):
        rights.setdefault(key, []).append((shown_as or name, codename))
    return rights


def principal(*, kind: UserKind, name: str) -> User | None:
    """The peer or service of this name (a peer's name is its DID), or None."""
    return User.objects.filter(kind=kind, display_name=name).exclude(kind=UserKind.PERSON).first()


def person(*, username: str) -> User | None:
    """The person who logs in by this name, or None."""
    return User.objects.filter(kind=UserKind.PERSON, username=username).first()


def department(*, slug: str) -> Department | None:
    """The department of this short name, or None."""
    return Department.objects.filter(slug=slug).first()


def active(principal: User | AnonymousUser) -> User | None:
    """The principal as the database has it now, None when nobody or switched off."""
    return _afresh(principal)


def sees_everything(user: User) -> bool:
    """Whether a person may see all that the node holds: superusers, and whoever signs or administers node-wide."""
    if user.is_superuser:
        return True
    wide = RoleAssignment.objects.filter(user=user, role__in=SIGHTED_ROLES, department__isnull=True)
    return user.kind == UserKind.PERSON and wide.exists()


def is_city_staff(user: User) -> bool:
    """Whether an active person works for this city: may open the operators' screens, or answers for some data.

    A member of the request desk answers for requests, not for data.
    """
    if user.kind != UserKind.PERSON or not user.is_active:
        return False
    return user.is_staff or RoleAssignment.objects.filter(user=user, role__in=SIGHTED_ROLES).exists()


def _afresh(principal: User | AnonymousUser) -> User | None:
    if principal.pk is None:
        return None
    return User.objects.filter(pk=principal.pk, is_active=True).first()


def _counts_in(department: Department | None) -> Q:
    everywhere = Q(department__isnull=True)
    return everywhere if department is None else everywhere | Q(department=department)


def _names_app_of(permission: str, obj: Model) -> bool:
    label, dot, _codename = permission.rpartition(".")
    return not dot or label == obj._meta.app_label
