"""Signing a version of terms: the right role, the right, and never one person twice."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from apps.accounts import selectors as accounts
from apps.accounts.models import User
from apps.catalogue.errors import SamePerson, WrongState
from apps.catalogue.models import ReleaseSignature, TermsVersion
from apps.catalogue.states import may_become
from apps.catalogue.types import PERMISSIONS, SignatureRole
from apps.core.errors import NotPermitted
from apps.ledger import services as ledger


def locked(version: TermsVersion) -> TermsVersion:
    """The version as it stands now, locked until the transaction ends."""
    return TermsVersion.objects.select_for_update(of=("self",)).select_related("dataset__department").get(pk=version.pk)


def require_step(version: TermsVersion, target: str) -> None:
    """Raises WrongState unless the version may become ``target``."""
    if not may_become(version.state, target):
        raise WrongState(
            f"version {version.number} is {version.state} and cannot become {target}",
            part="state",
            remedy="draft a new version",
        )


def require_right(version: TermsVersion, role: SignatureRole, user: User) -> None:
    """Raises NotPermitted unless the user holds the role and the right on the dataset.

    A role in the department goes with the right its group was given; a role on the whole node needs no more. Being a
    superuser is no role.
    """
    department = version.dataset.department
    permitted = accounts.has_role(user, role.value) or (
        accounts.has_role(user, role.value, department)
        and accounts.may(user, f"catalogue.{PERMISSIONS[role]}", version.dataset)
    )
    if not permitted:
        raise NotPermitted(
            f"this takes the role {role.value} in {department.slug} and the right on the dataset",
            part="user",
            remedy="ask somebody who holds it, or an administrator to assign it",
        )


def sign(version: TermsVersion, role: SignatureRole, user: User, *, at: datetime) -> ReleaseSignature:
    """Put a signature under the version. Raises NotPermitted, SamePerson, WrongState for a role that signed already."""
    require_right(version, role, user)
    if version.signatures.filter(user=user).exists():
        raise SamePerson("the same person has already signed this version", part="user", remedy="ask a colleague")
    commitment = ledger.commit_personal(value=f"{user.pk}:{user.username}", at=at)
    try:
        with transaction.atomic():
            return ReleaseSignature.objects.create(
                terms_version=version, role=role, user=user, signed_at=at, commitment=commitment.digest
            )
    except IntegrityError as error:
        raise WrongState(f"the {role.value} has already signed this version", part="role") from error
