"""Writes of accounts: people, rights, tokens. ``may`` and ``has_role`` are offered here too, beside ``grant``."""

from apps.accounts.selectors import has_role, may
from apps.accounts.services.people import (
    assign_role,
    create_administrator,
    create_department,
    create_person,
    create_principal,
    remove_role,
    set_active,
    set_password,
)
from apps.accounts.services.rights import grant, revoke
from apps.accounts.services.staffing import found_department, give_role, hire, renew_password, switch, take_role
from apps.accounts.services.tokens import authenticate_token, authenticate_tokens, issue_token, revoke_token

__all__ = [
    "assign_role",
    "authenticate_token",
    "authenticate_tokens",
    "create_administrator",
    "create_department",
    "create_person",
    "create_principal",
    "found_department",
    "give_role",
    "grant",
    "has_role",
    "hire",
    "issue_token",
    "may",
    "remove_role",
    "renew_password",
    "revoke",
    "revoke_token",
    "set_active",
    "set_password",
    "switch",
    "take_role",
]
