"""Views are counted by kind of page and day, and nothing about who looked."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.catalogue import services as catalogue
from apps.catalogue.models import Visits
from apps.portal import counting


def test_views_of_a_kind_add_up_over_the_day(client: Client, made: dict[str, Any]) -> None:
    for _time in range(3):
        client.get(reverse("portal-home"))
    client.get(reverse("portal-dataset", args=["luft-1"]))
    client.get(reverse("portal-dataset", args=["there-is-none"]))
    counting.flush()
    client.get(reverse("portal-home"))
    counting.flush()
    assert dict(Visits.objects.values_list("page", "count")) == {"home": 4, "dataset": 1}
    assert {field.name for field in Visits._meta.get_fields()} == {"id", "day", "page", "count"}


@pytest.mark.django_db
def test_counts_of_several_processes_add_up() -> None:
    for _process in range(2):
        catalogue.count_views(day=date(2026, 3, 1), views={"home": 2, "lab": 1, "none": 0})
    assert dict(Visits.objects.values_list("page", "count")) == {"home": 4, "lab": 2}
