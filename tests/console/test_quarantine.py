"""Quarantine on screen: pieces are mapped with their unit, tried again, set aside; mappings changed, taken back."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from apps.sensors import services as sensors
from apps.sensors.models import Observation, Quarantined
from apps.sensors.types import QuarantineRow
from apps.sources import services
from apps.sources.models import Mapping
from apps.sources.types import Format
from tests.sources.builders import DEVICE, START, mapped, source, stream, uplink

pytestmark = pytest.mark.django_db
LIST = "/console/sensors/quarantine"


@pytest.fixture
def steward(as_role: Callable[[str], Client]) -> Client:
    """Signed in as the steward."""
    return as_role("steward")


def posted(*, datastream: str = "old", result: float = 300.0) -> int:
    """A row of the HTTP intake that waits because its datastream is not known."""
    payload = json.dumps({"datastream": datastream, "time": "2026-05-01T12:00:00Z", "result": result})
    rows = [QuarantineRow(payload=payload, reason="unknown-datastream")]
    sensors.quarantine(source="ingest:abc", rows=rows, at=START)
    return int(Quarantined.objects.order_by("-pk").values_list("pk", flat=True)[0])


def test_the_list_says_reasons_in_words(steward: Client) -> None:
    posted()
    text = steward.get(LIST).content.decode()
    assert "datastream that is not known here" in text
    assert "sender with the token abc" in text
    assert ">unknown-datastream<" not in text


def test_a_piece_of_a_source_is_mapped_from_its_page_with_its_unit(steward: Client) -> None:
    row = source()
    services.take(source=row, uplinks=[uplink(values={"temperature": 300.0})], at=START)
    piece = Quarantined.objects.get()
    target = stream()
    page = steward.get(f"{LIST}/{piece.pk}/").content.decode()
    address = f"/console/sources/lora/meaning?device={DEVICE}&amp;key=temperature&amp;piece={piece.pk}"
    assert address in page
    answer = steward.post(
        address.replace("&amp;", "&"), {"datastream": target, "unit": "K", "conversion": "kelvin-celsius"}
    )
    assert answer.headers["Location"] == LIST
    assert services.replay(mapping=Mapping.objects.get(), at=START) == 1
    assert Observation.objects.get().result == 26.85


def test_a_piece_of_the_intake_is_taken_in_with_all_that_are_called_alike(steward: Client) -> None:
    posted(result=300.0)
    key = posted(result=310.0)
    other = posted(datastream="another")
    target = stream()
    wrong = steward.post(f"{LIST}/{key}/place", {"datastream": target, "unit": "V", "conversion": "none"})
    assert wrong.status_code == 400
    assert "sent in “V”" in wrong.content.decode()
    steward.post(f"{LIST}/{key}/place", {"datastream": target, "unit": "K", "conversion": "kelvin-celsius"})
    # Both are of one moment: the later value is the correction of the earlier.
    assert Observation.objects.get().result == 36.85
    assert list(Quarantined.objects.filter(state="waiting").values_list("pk", flat=True)) == [other]


def test_what_has_a_place_by_now_is_taken_in_when_tried_again(steward: Client) -> None:
    key, other = posted(datastream="mast/temperature", result=21.5), posted(datastream="nowhere")
    assert "still wait" in steward.post(f"{LIST}/replay", {"piece": [key, other]}, follow=True).content.decode()
    stream("mast/temperature")
    steward.post(f"{LIST}/replay", {"all": "yes", "source": "ingest:abc", "reason": "unknown-datastream"})
    assert Observation.objects.get().result == 21.5
    assert Quarantined.objects.get(pk=other).state == "waiting"


def test_chosen_pieces_are_set_aside_and_others_stay(steward: Client) -> None:
    key, other = posted(), posted(datastream="another")
    steward.post(f"{LIST}/dismiss", {"piece": [key, "x", "9" * 30]})
    assert Quarantined.objects.get(pk=key).state == "dismissed"
    assert Quarantined.objects.get(pk=other).state == "waiting"
    assert steward.get(f"{LIST}/{key}/").status_code == 404


def test_a_piece_without_a_reading_says_so(steward: Client) -> None:
    sensors.quarantine(source="ingest:abc", rows=[QuarantineRow(payload="?", reason="not-json")], at=START)
    page = steward.get(f"{LIST}/{Quarantined.objects.get().pk}/").content.decode()
    assert "holds no reading that could be taken in" in page


def test_only_who_maps_finds_buttons(as_role: Callable[[str], Client]) -> None:
    key = posted()
    assert "Try it again" in as_role("administrator").get(f"{LIST}/{key}/").content.decode()
    assert "Try it again" not in as_role("owner").get(f"{LIST}/{key}/").content.decode()


def test_a_mapping_is_changed_and_taken_back(steward: Client) -> None:
    row = source()
    mapped(row)
    page = steward.get("/console/sources/lora/").content.decode()
    assert "Take back" in page
    form = steward.get("/console/sources/lora/meaning", {"device": DEVICE, "key": "temperature"})
    assert form.status_code == 200
    assert 'value="°C"' in form.content.decode()
    steward.post("/console/sources/lora/unmap", {"device": DEVICE, "key": "temperature"})
    assert not Mapping.objects.exists()
    assert steward.get("/console/sources/lora/meaning", {"device": DEVICE, "key": "humidity"}).status_code == 404


def test_one_meaning_can_hold_for_every_device(steward: Client) -> None:
    row = source()
    services.take(source=row, uplinks=[uplink()], at=START)
    address = f"/console/sources/lora/meaning?device={DEVICE}&key=temperature"
    steward.post(address, {"datastream": stream(), "unit": "°C", "conversion": "none", "everywhere": "on"})
    assert Mapping.objects.get().device_key == "*"
    assert "every device" in steward.get("/console/sources/lora/").content.decode()


def test_a_source_of_tables_leads_to_its_preview(steward: Client) -> None:
    row = source("tabelle", format=Format.CSV)
    page = steward.get("/console/sources/tabelle/").content.decode()
    assert f'href="/console/sources/tables?source={row.pk}"' in page
    choose = steward.get(f"/console/sources/tables?source={row.pk}")
    assert choose.status_code == 200
    assert f'<option value="{row.pk}" selected>' in choose.content.decode()
