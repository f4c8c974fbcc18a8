"""What operators see of sources, and what they can do there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from apps.accounts.models import ApiToken
from apps.core import clock
from apps.sensors.models import Observation, ObservedProperty
from apps.sources import selectors, services
from apps.sources.models import Candidate, Mapping, PlausibilityRule, Source, SourceDevice
from tests.sources.builders import DEVICE, START, mapped, source, stream, target, uplink

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(client: Client) -> Client:
    """A signed-in superuser who reads English."""
    client.force_login(get_user_model().objects.create_superuser("operator", password="secret"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def row() -> Source:
    """A source with a mapping, an unmapped value, a silent device and a rule."""
    made = source()
    mapping = mapped(made)
    services.take(source=made, uplinks=[uplink(values={"temperature": 1.0, "humidity": 40.5})], at=START)
    services.expect(device=SourceDevice.objects.get(), interval_s=60)
    services.tick(at=clock.now())
    services.set_rule(observed_property=target(mapping).observed_property, maximum=50)
    return made


@pytest.mark.parametrize("model", [model.__name__ for model in apps.get_app_config("sources").get_models()])
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_list_and_row_opens(operator: Client, row: Source, model: str, language: str) -> None:
    kind: Any = apps.get_model("sources", model)
    headers = {"Accept-Language": language}
    name = f"admin:sources_{model.lower()}"
    assert operator.get(reverse(f"{name}_changelist"), headers=headers).status_code == 200
    for one in kind.objects.all()[:1]:
        assert operator.get(reverse(f"{name}_change", args=[one.pk]), headers=headers).status_code == 200


def test_a_new_source_shows_its_token_once(operator: Client) -> None:
    sent = {
        "slug": "klima",
        "name": "Klima",
        "format": "chirpstack",
        "transport": "webhook",
        "enabled": "on",
        "options": "",
    }
    page = operator.post(reverse("admin:sources_source_add"), sent, follow=True).content.decode()
    made = Source.objects.get()
    secret = re.search(r"owl_[0-9a-f]{10}_[\w-]{43}", page)
    assert secret is not None
    assert services.authenticate(slug="klima", secret=secret[0], at=clock.now()) == made
    assert secret[0] not in operator.get(reverse("admin:sources_source_change", args=[made.pk])).content.decode()
    change = {"name": "Stadtklima", "transport": "webhook", "learning": "on", "options": "{}"}
    operator.post(reverse("admin:sources_source_change", args=[made.pk]), change)
    made.refresh_from_db()
    assert (made.name, made.enabled, made.learning) == ("Stadtklima", False, True)


def test_a_new_source_of_tables_shows_none_and_nothing_else_is_uploaded(operator: Client) -> None:
    sent = {"slug": "tabelle", "name": "Tabelle", "format": "csv", "transport": "webhook", "enabled": "on"}
    page = operator.post(reverse("admin:sources_source_add"), sent, follow=True).content.decode()
    made = Source.objects.get()
    assert (made.transport, "owl_" in page) == ("csv", False)
    operator.post(reverse("admin:sources_source_add"), sent | {"slug": "x", "format": "chirpstack", "transport": "csv"})
    assert Source.objects.count() == 1


def test_tokens_are_issued_and_revoked_by_actions(operator: Client, row: Source) -> None:
    url = reverse("admin:sources_source_changelist")
    operator.post(url, {"action": "new_token", "_selected_action": [row.pk]})
    assert ApiToken.objects.get().scopes == ["ingest:source:lora"]
    operator.post(url, {"action": "revoke", "_selected_action": [row.pk]})
    assert ApiToken.objects.get().revoked_at is not None


def test_an_unmapped_value_is_mapped_from_its_list(operator: Client, row: Source) -> None:
    page = operator.get(reverse("admin:sources_candidate_changelist")).content.decode()
    link = re.search(r'class="addlink" href="([^"]+)"', page.partition("result_list")[2])
    assert link is not None
    url = link[1].replace("&amp;", "&")
    assert "humidity" in operator.get(url).content.decode()
    sent = {
        "source": row.pk, "device_key": DEVICE, "payload_key": "humidity", "target": "new", "unit": "%",
        "conversion": "none", "factor": "1", "offset": "0", "new_name": "Luftfeuchte",
        "new_property_name": "Relative humidity", "new_unit": "%",
    }  # fmt: skip
    assert operator.post(url.partition("?")[0], sent).status_code == 302
    made = Mapping.objects.get(payload_key="humidity")
    assert made.datastream is not None
    assert (made.datastream.name, made.datastream.unit_symbol) == ("Luftfeuchte", "%")
    assert not Candidate.objects.exists()
    operator.post(reverse("admin:sources_mapping_changelist"), {"action": "replay", "_selected_action": [made.pk]})
    assert Observation.objects.get(datastream=made.datastream).result == 40.5


def test_a_mapping_that_does_not_fit_is_told_beside_its_field(operator: Client, row: Source) -> None:
    sent = {
        "source": row.pk, "device_key": DEVICE, "payload_key": "battery", "target": "existing", "unit": "%",
        "conversion": "none", "factor": "1", "offset": "0", "datastream": stream("mast/voltage", unit="V"),
    }  # fmt: skip
    answer = operator.post(reverse("admin:sources_mapping_add"), sent)
    assert answer.status_code == 200
    assert "kept in" in answer.content.decode()
    assert not Mapping.objects.filter(payload_key="battery").exists()


def test_a_mapping_is_changed_and_deleted(operator: Client, row: Source) -> None:
    made = Mapping.objects.get()
    other = stream("mast/other")
    sent = {"target": "existing", "unit": "°C", "conversion": "none", "factor": "1", "offset": "0", "datastream": other}
    operator.post(reverse("admin:sources_mapping_change", args=[made.pk]), sent)
    made.refresh_from_db()
    assert made.datastream_id == other
    operator.post(reverse("admin:sources_mapping_delete", args=[made.pk]), {"post": "yes"})
    assert not Mapping.objects.exists()


def test_values_that_nobody_wants_are_ignored_by_an_action(operator: Client, row: Source) -> None:
    one = Candidate.objects.get()
    operator.post(reverse("admin:sources_candidate_changelist"), {"action": "ignore", "_selected_action": [one.pk]})
    assert Mapping.objects.get(payload_key="humidity").datastream is None


def test_a_rule_is_set_and_a_wrong_one_refused(operator: Client) -> None:
    stream()
    url = reverse("admin:sources_plausibilityrule_add")
    sent = {"observed_property": ObservedProperty.objects.get().pk, "jump_seconds": "600", "enabled": "on"}
    for wrong in ({}, {"minimum": "2", "maximum": "1"}, {"stuck_readings": "1"}):
        assert operator.post(url, sent | wrong).status_code == 200
    assert operator.post(url, sent | {"minimum": "-30", "maximum": "45"}).status_code == 302
    assert PlausibilityRule.objects.get().maximum == 45


def test_a_device_is_told_how_often_to_speak(operator: Client, row: Source) -> None:
    device = SourceDevice.objects.get()
    url = reverse("admin:sources_sourcedevice_change", args=[device.pk])
    operator.post(url, {"expected_interval_s": "900"})
    device.refresh_from_db()
    assert device.expected_interval_s == 900


def test_the_overview_counts_what_the_lists_show(row: Source) -> None:
    (one,) = selectors.sources_overview(at=START)
    assert (one.source, one.devices, one.candidates, one.waiting, one.alarms) == (row, 1, 1, 1, 1)
    assert (one.stored, one.quarantined, one.uplinks, one.errors) == (1, 1, 1, 0)
