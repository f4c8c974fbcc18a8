"""Operator screens of accounts go through the services."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts import services
from apps.accounts.models import ApiToken, Department, RoleAssignment, User
from apps.accounts.types import Role, UserKind
from tests.accounts.conftest import PASSWORD


@pytest.fixture
def operator(db: None) -> Client:
    """A logged-in administrator's browser."""
    client = Client()
    client.force_login(services.create_administrator(username="root", password=PASSWORD))
    return client


@pytest.mark.parametrize("model", ["user", "department", "roleassignment", "apitoken"])
def test_every_list_and_form_opens(operator: Client, model: str, person: User, department: Department) -> None:
    services.assign_role(user=person, role=Role.STEWARD, department=department)
    services.issue_token(name="t", user=person, scopes=["ingest"], expires_at=None)
    assert operator.get(reverse(f"admin:accounts_{model}_changelist"), {"q": "a"}).status_code == 200
    assert operator.get(reverse(f"admin:accounts_{model}_add")).status_code == 200
    row = {"user": person, "department": department}.get(model) or {
        "roleassignment": RoleAssignment.objects,
        "apitoken": ApiToken.objects,
    }[model].earliest("pk")
    assert operator.get(reverse(f"admin:accounts_{model}_change", args=[row.pk])).status_code == 200


@pytest.mark.parametrize("model", ["userobjectpermission", "groupobjectpermission"])
def test_object_permissions_can_be_looked_at_only(operator: Client, model: str) -> None:
    assert operator.get(reverse(f"admin:guardian_{model}_changelist")).status_code == 200
    assert operator.get(reverse(f"admin:guardian_{model}_add")).status_code == 403


def test_a_principals_page_opens_and_offers_no_way_to_the_staff(operator: Client) -> None:
    peer = services.create_principal(kind=UserKind.PEER, name="did:web:node.example")
    page = operator.get(reverse("admin:accounts_user_change", args=[peer.pk])).content.decode()
    assert 'name="is_superuser"' not in page
    assert 'name="is_active"' in page


def test_a_department_gets_its_group_and_a_role_brings_the_membership(operator: Client, person: User) -> None:
    made = operator.post(
        reverse("admin:accounts_department_add"), {"slug": "bau", "name_de": "Bauamt", "name_en": "Works"}
    )
    assert made.status_code == 302
    department = Department.objects.get(slug="bau")
    operator.post(
        reverse("admin:accounts_roleassignment_add"),
        {"user": person.pk, "role": "owner", "department": department.pk},
    )
    assert services.has_role(person, Role.OWNER, department)
    assert person.groups.filter(pk=department.group_id).exists()
    held = RoleAssignment.objects.get(user=person)
    operator.post(reverse("admin:accounts_roleassignment_delete", args=[held.pk]), {"post": "yes"})
    assert not person.groups.exists()


def test_a_token_shows_its_secret_once_and_can_be_revoked(operator: Client, person: User) -> None:
    form = {"name": "t", "user": person.pk, "scopes": "ingest"}
    page = operator.post(reverse("admin:accounts_apitoken_add"), form, follow=True).content.decode()
    found = re.search(r"owl_[0-9a-f]{10}_[\w-]{43}", page)
    assert found
    token = services.authenticate_token(secret=found[0], scope="ingest")
    changelist = reverse("admin:accounts_apitoken_changelist")
    assert found[0] not in operator.get(changelist).content.decode()
    operator.post(changelist, {"action": "revoke", "_selected_action": token.pk})
    token.refresh_from_db()
    assert token.revoked_at is not None


@pytest.mark.parametrize("wrong", [{"scopes": "IN GEST"}, {"expires_at_0": "2001-01-01", "expires_at_1": "00:00"}])
def test_an_impossible_token_is_a_message_on_the_form(operator: Client, person: User, wrong: dict[str, str]) -> None:
    form = {"name": "t", "user": str(person.pk), "scopes": "ingest", **wrong}
    assert operator.post(reverse("admin:accounts_apitoken_add"), form).status_code == 200
    assert not ApiToken.objects.exists()
