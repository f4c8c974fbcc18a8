"""Which topics belong to which source."""

from __future__ import annotations

from typing import Any

import pytest

from apps.ingest.mqtt import subscriptions
from apps.ingest.mqtt.subscriptions import Subscriptions
from apps.sources import services as sources
from apps.sources.models import Source
from apps.sources.types import Format, Transport


def _source(slug: str, format: Format = Format.THINGS_STACK, **more: Any) -> Source:
    return sources.create_source(slug=slug, name=slug, format=format, **{"transport": Transport.MQTT} | more)


@pytest.mark.parametrize("text", ["a", "a/b", "+", "#", "a/+/b", "a/#", "/a", "a//b", "v1.1/Datastreams(1)/#"])
def test_a_filter_as_the_standard_has_it(text: str) -> None:
    assert subscriptions.is_filter(text)


@pytest.mark.parametrize("text", ["", "a+", "a/#/b", "a#", "a\0", "$SYS/#", "a" * 1_001])
def test_what_no_broker_subscribes_to(text: str) -> None:
    assert not subscriptions.is_filter(text)


@pytest.mark.django_db
def test_a_source_has_its_own_topics_or_those_of_its_format() -> None:
    assert subscriptions.filters(_source("a")) == ("v3/+/devices/+/up",)
    assert subscriptions.filters(_source("b", Format.CHIRPSTACK)) == ("application/+/device/+/event/up",)
    assert subscriptions.filters(_source("c", Format.AIRROHR)) == ("owl/c/#",)
    assert subscriptions.filters(_source("d", options={"topics": "x/+"})) == ("x/+",)
    assert subscriptions.filters(_source("e", options={"topics": ["x/#", 7, "y/#/z", " z "]})) == ("x/#", "z")
    assert subscriptions.filters(_source("f", options={"topics": ["y/#/z"]})) == ("v3/+/devices/+/up",)


@pytest.mark.django_db
def test_only_sources_of_this_way_that_are_switched_on_and_changes_are_noticed() -> None:
    known = Subscriptions()
    on = _source("on", options={"topics": ["x/#"]})
    _source("hook", transport=Transport.WEBHOOK, options={"topics": ["x/#"]})
    sources.change_source(source=_source("off", options={"topics": ["x/#"]}), enabled=False)
    assert known.refresh()
    assert not known.refresh()
    assert known.filters == {"x/#"}
    assert known.of("x/y") == (on,)
    assert known.of("y") == ()
    sources.change_source(source=on, options={"topics": ["y"]})
    assert known.refresh()
    assert (known.of("x/y"), known.of("y")) == ((), (on,))
