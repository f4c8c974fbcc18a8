"""Signing a version of terms: the right role, the right, and never one person twice."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.accounts import selectors as accounts
from apps.accounts import types as account_types
from apps.accounts.models import User
from apps.catalogue.errors import SamePerson, WrongState
from apps.catalogue.models import Dataset, ReleaseSignature, TermsVersion
from apps.catalogue.states import TermsState, may_become
from apps.catalogue.types import PERMISSIONS, SignatureRole
from apps.core.errors import NotPermitted
from apps.ledger import services as ledger


def locked(version: TermsVersion) -> TermsVersion:
    """The version as it stands now, locked with its dataset until the transaction ends: one step at a time."""
    Dataset.objects.select_for_update(of=("self",)).get(pk=version.dataset_id)
    rows = TermsVersion.objects.select_for_update(of=("self",)).select_related("dataset__department")
    found: TermsVersion = rows.get(pk=version.pk)
    return found


def require_step(version: TermsVersion, target: str) -> None:
    """Raises WrongState unless the version may become ``target``."""
    if not may_become(version.state, target):
        raise WrongState(
            _("Version %(number)d is “%(state)s” and cannot become “%(target)s”.")
            % {"number": version.number, "state": version.get_state_display(), "target": TermsState(target).label},
            part="state",
            remedy=_("Draft a new version."),
        )


def require_right(version: TermsVersion, role: SignatureRole, user: User, *, new: bool = False) -> None:
    """Raises NotPermitted unless the user holds the role and the right on the dataset; a new one has no rights yet.

    A role in the department goes with the right its group was given; a role on the whole node needs no more. Being a
    superuser is no role.
    """
    department = version.dataset.department
    permitted = accounts.has_role(user, role.value) or (
        accounts.has_role(user, role.value, department)
        and (new or accounts.may(user, f"catalogue.{PERMISSIONS[role]}", version.dataset))
    )
    if not permitted:
        raise NotPermitted(
            _("This takes the role “%(role)s” in the department “%(department)s”.")
            % {"role": account_types.Role(role.value).label, "department": department},
            part="user",
            remedy=_("Ask somebody who holds it, or have an administrator assign it."),
        )


def sign(version: TermsVersion, role: SignatureRole, user: User, *, at: datetime) -> ReleaseSignature:
    """Put a signature under the version. Raises NotPermitted, SamePerson, WrongState for a role that signed already."""
    require_right(version, role, user)
    if version.signatures.filter(user=user).exists():
        raise SamePerson(
            _("The same person has already signed this version."), part="user", remedy=_("Ask a colleague.")
        )
    commitment = ledger.commit_personal(value=f"{user.pk}:{user.username}", at=at)
    try:
        with transaction.atomic():
            return ReleaseSignature.objects.create(
                terms_version=version, role=role, user=user, signed_at=at, commitment=commitment.digest
            )
    except IntegrityError as error:
        raise WrongState(_("“%s” has already signed this version.") % role.label, part="role") from error
