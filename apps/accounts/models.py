"""Tables of accounts. Written by ``services`` only."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser, Group
from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.types import MAX_SCOPE, SCOPE, Role, UserKind
from apps.core import languages
from apps.core.models import Timestamped


class User(AbstractUser):
    """Whoever can act here: a person with a password, a peer's node by its signature, a service by its token."""

    kind = models.CharField(_("kind"), max_length=10, choices=UserKind.choices, default=UserKind.PERSON)
    display_name = models.CharField(_("display name"), max_length=255, blank=True, default="")

    class Meta(AbstractUser.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="accounts_only_persons_run_the_node",
                condition=Q(kind=UserKind.PERSON) | Q(is_staff=False, is_superuser=False),
            ),
            models.UniqueConstraint(
                name="accounts_one_principal_per_name",
                fields=["kind", "display_name"],
                condition=~Q(kind=UserKind.PERSON),
            ),
        ]

    def __str__(self) -> str:
        return self.display_name or self.username


class Department(models.Model):
    """A part of the city's administration; its rights on datasets hang on its group."""

    slug = models.SlugField(_("short name"), max_length=60, unique=True)
    name_de = models.CharField(_("name (German)"), max_length=200)
    name_en = models.CharField(_("name (English)"), max_length=200)
    group = models.OneToOneField(
        Group, on_delete=models.PROTECT, related_name="department", editable=False, verbose_name=_("group")
    )

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering: ClassVar[list[str]] = ["slug"]

    def __str__(self) -> str:
        return self.name_en if languages.current() == "en" else self.name_de


class RoleAssignment(models.Model):
    """One person holds one role: in a department, or on the whole node where the department is empty."""

    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="roles",
        limit_choices_to={"kind": UserKind.PERSON},
        verbose_name=_("user"),
    )
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    department = models.ForeignKey(
        Department,
        on_delete=models.CASCADE,
        related_name="roles",
        null=True,
        blank=True,
        verbose_name=_("department"),
        help_text=_("Empty: the role holds on the whole node."),
    )

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                name="accounts_role_held_once",
                fields=["user", "role", "department"],
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        place = f" · {self.department}" if self.department else ""
        return f"{self.user} · {self.get_role_display()}{place}"


class ApiToken(Timestamped):
    """A secret that a program shows instead of a password. Only its SHA-256 is kept; the secret is shown once."""

    name = models.CharField(_("name"), max_length=120)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens", verbose_name=_("user"))
    prefix = models.CharField(_("prefix"), max_length=20, unique=True, editable=False)
    hash = models.CharField(_("SHA-256 of the secret"), max_length=64, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=MAX_SCOPE, validators=[RegexValidator(SCOPE)]), verbose_name=_("scopes")
    )
    expires_at = models.DateTimeField(_("expires at"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(_("last used at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
