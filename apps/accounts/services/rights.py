"""Granting and revoking permissions on single objects, kept by django-guardian."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _
from guardian.shortcuts import assign_perm, remove_perm

from apps.accounts.models import Department, User
from apps.core.errors import Invalid

Grantee = User | Group | Department


@transaction.atomic
def grant(*, principal: Grantee, permission: str, object: Model) -> None:
    """Give a user, a group or a department the permission on this object; twice is the same as once.

    ``permission`` is ``"catalogue.pull_dataset"`` or ``"pull_dataset"``. Raises Invalid when the object's model
    declares no such permission.
    """
    assign_perm(_known(permission, object), _holder(principal), object)


@transaction.atomic
def revoke(*, principal: Grantee, permission: str, object: Model) -> None:
    """Take the permission on this object away; nothing happens if it was not held.

    Only what was granted to this very holder: a right through a department stays. Raises Invalid like ``grant``.
    """
    remove_perm(_known(permission, object), _holder(principal), object)


def _holder(principal: Grantee) -> User | Group:
    return principal.group if isinstance(principal, Department) else principal


def _known(permission: str, obj: Model) -> Permission:
    label, dot, codename = permission.rpartition(".")
    content_type = ContentType.objects.get_for_model(obj)
    found = Permission.objects.filter(content_type=content_type, codename=codename).first()
    if found is None or (dot and label != content_type.app_label):
        raise Invalid(
            _("%(model)s knows no permission “%(permission)s”.") % {"model": obj._meta.label, "permission": permission},
            part="permission",
        )
    return found
