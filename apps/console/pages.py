"""Rendering inside the console's frame: navigation by role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.accounts.types import Role

if TYPE_CHECKING:
    from apps.console.gate import StaffRequest

_ALL = frozenset(Role)
_SIGHTED = _ALL - {Role.DESK}


@dataclass(frozen=True)
class Place:
    """One entry of the navigation: its name, the URL it leads to and who sees it."""

    label: Promise | str
    name: str
    roles: frozenset[Role]


PLACES = [
    Place(_("Today"), "console:today", _ALL),
    Place(_("Requests"), "console:requests", frozenset({Role.DESK})),
    Place(_("Text templates"), "console:texts", frozenset({Role.DESK, Role.ADMINISTRATOR})),
    Place(_("Datasets"), "console:datasets", _SIGHTED),
    Place(_("Agreements"), "console:agreements", _SIGHTED),
    Place(_("Why not?"), "console:explain", _SIGHTED),
    Place(_("Sync"), "console:sync", _SIGHTED),
    Place(_("Sensors"), "console:sensors", _SIGHTED),
    Place(_("Peers"), "console:peers", _SIGHTED),
    Place(_("Ledger"), "console:ledger", _SIGHTED),
    Place(_("Accounts"), "console:people", frozenset({Role.ADMINISTRATOR})),
]


def page(
    request: StaffRequest, template: str, context: Mapping[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The template inside the frame; ``places`` are those of the person's roles, ``current`` marks where one is."""
    given = dict(context or {})
    if "places" in given:
        # The navigation once vanished behind the pins of a map.
        raise ValueError(f"{template} would hide the navigation: “places” is the frame’s own word")
    return render(request, template, {"places": places(request), "roles": request.roles, **given}, status=status)


def places(request: StaffRequest) -> list[dict[str, Any]]:
    """The navigation of this person: ``{"label", "url", "current"}``."""
    return [
        {"label": place.label, "url": reverse(place.name), "current": _is_here(request.path, reverse(place.name))}
        for place in PLACES
        if place.roles & request.roles
    ]


def _is_here(path: str, url: str) -> bool:
    return path == url if url == reverse("console:today") else path.startswith(url)
