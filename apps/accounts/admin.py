"""Operator screens of accounts. Whatever they change goes through ``services``."""

from __future__ import annotations

from datetime import datetime

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermission, UserObjectPermission

from apps.accounts import services
from apps.accounts.models import ApiToken, Department, RoleAssignment, User
from apps.accounts.types import UserKind
from apps.core import clock
from apps.core.admin import ReadOnlyAdmin


@admin.register(User)
class UserAdmin(DjangoUserAdmin[User]):
    """Persons, and the principals of peers and services."""

    list_display = ("username", "display_name", "kind", "is_active", "is_staff", "last_login")
    list_filter = ("kind", "is_active", "is_staff", "roles__role", "groups")
    search_fields = ("username", "display_name", "email")
    date_hierarchy = "date_joined"
    fieldsets = (
        (None, {"fields": ("username", "display_name", "kind", "password")}),
        (_("Contact"), {"fields": ("email",)}),
        (_("Rights on this node"), {"fields": ("is_active", "is_staff", "is_superuser", "user_permissions")}),
        (_("History"), {"fields": ("last_login", "date_joined")}),
    )
    filter_horizontal = ("user_permissions",)

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> tuple[str, ...]:
        """What a user is never changes; a principal cannot be made staff."""
        fixed = ("kind", "last_login", "date_joined")
        if obj is None or obj.kind == UserKind.PERSON:
            return fixed
        return (*fixed, "username", "display_name", "is_staff", "is_superuser")

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Users are switched off, not deleted: signatures and decisions point to them."""
        return False


@admin.register(Department)
class DepartmentAdmin(admin.ModelAdmin[Department]):
    """Departments; each brings its own group."""

    list_display = ("slug", "name_de", "name_en", "members")
    search_fields = ("slug", "name_de", "name_en")

    @admin.display(description=_("members"))
    def members(self, department: Department) -> int:
        """How many users belong to it."""
        return department.group.user_set.count()

    def get_readonly_fields(self, request: HttpRequest, obj: Department | None = None) -> tuple[str, ...]:
        """The short name stands in addresses and stays."""
        return ("slug",) if obj else ()

    def save_model(
        self, request: HttpRequest, obj: Department, form: forms.ModelForm[Department], change: bool
    ) -> None:
        """A new department is made by the service, with its group."""
        if change:
            super().save_model(request, obj, form, change)
            return
        made = services.create_department(slug=obj.slug, name_de=obj.name_de, name_en=obj.name_en)
        obj.pk, obj.group = made.pk, made.group


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(admin.ModelAdmin[RoleAssignment]):
    """Who answers for what. A role is given or taken, never edited."""

    list_display = ("user", "role", "department")
    list_filter = ("role", "department")
    search_fields = ("user__username", "user__display_name")
    autocomplete_fields = ("user", "department")
    list_select_related = ("user", "department")

    def has_change_permission(self, request: HttpRequest, obj: RoleAssignment | None = None) -> bool:
        """Take the old role, give the new one."""
        return False

    def save_model(
        self, request: HttpRequest, obj: RoleAssignment, form: forms.ModelForm[RoleAssignment], change: bool
    ) -> None:
        """Give the role, and with it the membership in the department."""
        obj.pk = services.assign_role(user=obj.user, role=obj.role, department=obj.department).pk

    def delete_model(self, request: HttpRequest, obj: RoleAssignment) -> None:
        """Take the role away."""
        services.remove_role(user=obj.user, role=obj.role, department=obj.department)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[RoleAssignment]) -> None:
        """Take the chosen roles away."""
        for assignment in queryset.select_related("user", "department__group"):
            self.delete_model(request, assignment)


class ApiTokenForm(forms.ModelForm[ApiToken]):
    """Says beforehand what the service would refuse."""

    def clean_expires_at(self) -> datetime | None:
        """Only a moment to come."""
        expires_at: datetime | None = self.cleaned_data["expires_at"]
        if expires_at is not None and expires_at <= clock.now():
            raise forms.ValidationError(_("A token must expire in the future."))
        return expires_at


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin[ApiToken]):
    """Tokens: issued here with the secret shown once, revoked here, never edited."""

    list_display = ("name", "user", "prefix", "scopes", "expires_at", "revoked_at", "last_used_at")
    list_filter = ("scopes", "user__kind", ("revoked_at", admin.EmptyFieldListFilter))
    search_fields = ("name", "prefix", "user__username", "user__display_name")
    date_hierarchy = "created_at"
    form = ApiTokenForm
    fields = ("name", "user", "scopes", "expires_at")
    autocomplete_fields = ("user",)
    list_select_related = ("user",)
    actions = ("revoke",)

    def has_change_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        """The list and its action need the right; a single token shows read-only."""
        return obj is None and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: ApiToken | None = None) -> bool:
        """A token is revoked, so that it can still be seen that it was there."""
        return False

    def save_model(self, request: HttpRequest, obj: ApiToken, form: forms.ModelForm[ApiToken], change: bool) -> None:
        """Issue the token and show its secret, this once."""
        token, secret = services.issue_token(name=obj.name, user=obj.user, scopes=obj.scopes, expires_at=obj.expires_at)
        obj.pk, obj.prefix = token.pk, token.prefix
        messages.warning(request, _("The secret, shown only this once: %(secret)s") % {"secret": secret})

    @admin.action(description=_("Revoke the chosen tokens"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        """End the chosen tokens now."""
        for token in queryset:
            services.revoke_token(token=token)
        messages.success(request, _("The chosen tokens no longer work."))


class ObjectPermissionAdmin(ReadOnlyAdmin):
    """Who may do what with which single object; granted and revoked by agreements and releases."""

    list_filter = ("permission", "content_type")
    list_select_related = ("permission", "content_type")
    search_fields = ("object_pk",)


@admin.register(UserObjectPermission)
class UserObjectPermissionAdmin(ObjectPermissionAdmin):
    """Rights of single users, peers among them."""

    list_display = ("user", "permission", "content_type", "object_pk")


@admin.register(GroupObjectPermission)
class GroupObjectPermissionAdmin(ObjectPermissionAdmin):
    """Rights of departments."""

    list_display = ("group", "permission", "content_type", "object_pk")
