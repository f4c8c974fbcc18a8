"""The list of sensors: who is late, and who has come to an end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.types import Role
from apps.sensors.models import Datastream
from tests.holdings.city import own, record

pytestmark = pytest.mark.django_db


def test_a_recording_says_until_when_it_goes_and_a_sensor_that_it_is_silent(as_role: Callable[[str], Client]) -> None:
    client = as_role(Role.ADMINISTRATOR)
    old, live = own("old"), own("live")
    for stream in (old, live):
        record(stream, {0.0: 1.0})
    Datastream.objects.filter(pk=old).update(properties={"source": "recording"})
    for stream, said, unsaid in ((old, "Recording until", "silent"), (live, "silent", "Recording until")):
        page = client.get(reverse("console:sensor", args=[stream]), headers={"Accept-Language": "en"}).content.decode()
        assert said in page
        assert unsaid not in page
    page = client.get(reverse("console:sensors"), headers={"Accept-Language": "de"}).content.decode()
    assert page.count("Aufzeichnung bis") == 1


def test_how_often_a_sensor_speaks_is_said_as_people_say_it(as_role: Callable[[str], Client]) -> None:
    address = reverse("console:sensor", args=[own("slow", interval=3_600)])
    for language, said in (("de", "jede Stunde"), ("en", "every hour")):
        page = as_role(Role.ADMINISTRATOR).get(address, headers={"Accept-Language": language}).content.decode()
        assert f"<dd>{said}</dd>" in page
        assert "3600" not in page
