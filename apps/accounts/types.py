"""The words of accounts: kinds of users and the roles persons hold."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


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
