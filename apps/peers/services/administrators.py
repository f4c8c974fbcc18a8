"""Who may change what this node trusts."""

from __future__ import annotations

from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.types import Role
from apps.core.errors import NotPermitted
from apps.ledger import services as ledger


def require_administrator(user: User) -> None:
    """Return only for an active person with the role administrator on the whole node. Raises NotPermitted."""
    if not accounts.has_role(user, Role.ADMINISTRATOR):
        raise NotPermitted(
            _("Only an administrator of this node may do this."),
            part="user",
            remedy=_("An administrator gives the role under “Roles” in the admin."),
        )


def commitment(user: User) -> str:
    """A salted commitment to who decided, fit for a ledger entry; the salt can be erased later."""
    return str(ledger.commit_personal(value=user.get_username()).digest)
