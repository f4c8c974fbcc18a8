"""Identity and accounts of a demo node."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.accounts import selectors as accounts_read
from apps.accounts import services as accounts
from apps.accounts.models import Department, User
from apps.accounts.types import Role
from apps.ingest import simulator
from apps.peers import selectors as peers_read
from apps.peers import services as peers
from apps.sensors import services as sensors

DEPARTMENT = "umwelt-und-verkehr"
SIGNING = ("steward", "owner", "gatekeeper")
DESK = ("desk", "desk2")
"""Two, since nobody refuses a citizen's request alone."""
NAMES = {
    "administrator": "Anna Adam",
    "administrator2": "Arne Arndt",
    "steward": "Stefanie Stark",
    "owner": "Olaf Ohm",
    "gatekeeper": "Gabi Grün",
    "desk": "Dana Dorn",
    "desk2": "Dirk Damm",
}
"""How the screens call these people; user names are their roles, so that whoever looks around knows whom to be."""


def prepare(*, credentials: Path) -> dict[str, Any]:
    """Key, first partitions, department, two administrators and one person a role; twice is the same as once.

    Returns this node's entry of the region's trust file: ``{"name", "base_url", "document"}``.
    """
    peers.ensure_identity()
    sensors.ensure_ahead()
    given = json.loads(credentials.read_text(encoding="utf-8"))[settings.NODE.city]["accounts"]
    department = _department()
    for name in ("administrator", "administrator2"):
        if accounts_read.person(username=name) is None:
            accounts.create_administrator(username=name, password=given[name], display_name=NAMES[name])
    for role in SIGNING:
        person = accounts_read.person(username=role) or accounts.create_person(
            username=role, password=given[role], display_name=NAMES[role], staff=True
        )
        accounts.assign_role(user=person, role=role, department=department)
    for name in DESK:
        clerk = accounts_read.person(username=name) or accounts.create_person(
            username=name, password=given[name], display_name=NAMES[name], staff=True
        )
        accounts.assign_role(user=clerk, role=Role.DESK)
    simulator.register()
    return {
        "name": settings.NODE.city_name,
        "base_url": settings.NODE.base_url,
        "document": peers_read.document(),
    }


def person(role: str) -> User:
    """The person who holds a role in the demo. Raises LookupError before ``prepare``."""
    found = accounts_read.person(username=role)
    if found is None:
        raise LookupError(f"nobody here is the demo's {role}")
    return found


def _department() -> Department:
    found = accounts_read.department(slug=DEPARTMENT)
    return found or accounts.create_department(
        slug=DEPARTMENT, name_de="Umwelt und Verkehr", name_en="Environment and traffic"
    )


def department() -> Department:
    """The department that owns the demo's datasets."""
    return _department()
