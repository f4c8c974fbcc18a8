"""The frame of the console's screens: nothing that a screen brings may hide it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse

from apps.accounts.types import Role
from apps.console import pages
from tests.holdings.city import dataset, own

pytestmark = pytest.mark.django_db


def test_the_navigation_stands_on_the_page_with_the_map_of_sensors(as_role: Callable[[str], Client]) -> None:
    dataset("air", [own("air")], None, of="environment")
    page = as_role(Role.STEWARD).get(reverse("console:dataset-members", args=["air"])).content.decode()
    assert f'href="{reverse("console:ledger")}"' in page
    assert "Mast air" in page


def test_a_screen_that_would_hide_the_frame_is_a_mistake_of_ours(rf: RequestFactory) -> None:
    request = rf.get("/console/")
    request.roles = frozenset()  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="places"):
        pages.page(request, "console/today.html", {"places": []})  # type: ignore[arg-type]
