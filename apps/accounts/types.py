"""The words of accounts: kinds of users and the roles persons hold."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# A token's scope: the app it opens and, where need be, what may be done there, as in "ingest" or "ingest:write".
SCOPE = r"^[a-z][a-z0-9-]*(:[a-z0-9-]+)*\Z"
MAX_SCOPE = 60


class UserKind(TextChoices):
    """What stands behind a user row. Only persons have a password."""

    PERSON = "person", _("person")
    PEER = "peer", _("peer node")
    SERVICE = "service", _("service")


class Role(TextChoices):
    """What a person answers for, in one department or on the whole node."""

    STEWARD = "steward", _("steward")
    OWNER = "owner", _("owner")
    GATEKEEPER = "gatekeeper", _("gatekeeper")
    DESK = "desk", _("request desk")
    ADMINISTRATOR = "administrator", _("administrator")


SIGHTED_ROLES = (Role.STEWARD, Role.OWNER, Role.GATEKEEPER, Role.ADMINISTRATOR)
"""Roles that see the data they answer for, not only requests about them."""
