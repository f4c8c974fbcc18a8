"""Chosen sensors: only own and shareable ones, once each, with a sentence."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.urls import reverse

from apps.accounts import services as accounts
from apps.catalogue import services
from apps.catalogue.models import Exhibit
from apps.core.errors import Invalid
from apps.sensors.models import Datastream
from tests.catalogue.test_admin import browser


def test_choosing_again_changes_the_sentence_and_adds_nothing(streams: dict[str, int]) -> None:
    services.choose(datastream_id=streams["street"], sentence_de="Räder.", position=2)
    again = services.choose(datastream_id=streams["street"], sentence_de="Rad.", sentence_en="Bikes.", shown=False)
    assert Exhibit.objects.get() == again
    assert (again.sentence_de, again.position, again.is_shown) == ("Rad.", 0, False)


def test_what_is_not_the_citys_own_or_internal_cannot_be_chosen(
    streams: dict[str, int], replica: Callable[[bool], int]
) -> None:
    Datastream.objects.filter(pk=streams["in"]).update(is_internal=True)
    for datastream in (replica(True), streams["in"], 10**6):
        with pytest.raises(Invalid, match="own"):
            services.choose(datastream_id=datastream, sentence_de="x")


def test_a_sensor_needs_its_sentence(streams: dict[str, int]) -> None:
    with pytest.raises(Invalid) as refused:
        services.choose(datastream_id=streams["out"], sentence_de="")
    assert refused.value.part == "sentence_de"


def test_an_operator_chooses_on_the_screen(streams: dict[str, int]) -> None:
    root = browser(accounts.create_person(username="root", password=None))
    given = {"datastream": streams["street"], "position": "1", "sentence_de": "Räder.", "is_shown": "on"}
    answer = root.post(reverse("admin:catalogue_exhibit_add"), given)
    assert answer.status_code == 302
    assert Exhibit.objects.get().sentence_de == "Räder."
    assert root.get(reverse("admin:catalogue_exhibit_change", args=[Exhibit.objects.get().pk])).status_code == 200
