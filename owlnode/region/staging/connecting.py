"""A way in from the field at a demo node: a source of The Things Stack, one device mapped, one left to be mapped."""

from __future__ import annotations

from django.conf import settings

from apps.core import clock
from apps.sensors.types import ObservedPropertySpec, Place
from apps.sources import selectors as sources_read
from apps.sources import services as sources
from apps.sources.models import Mapping, Source
from apps.sources.types import Format, NewStream
from owlnode.region.uplinks import INTERVAL_S, PLACES, device

SLUG = "lorawan-simulator"
NAME = "LoRaWAN (Simulator)"
CF = "http://vocab.nerc.ac.uk/standard_name/"
STREAMS = {
    "temperature": ("Lufttemperatur", "air-temperature", "air_temperature", "degree Celsius", "°C"),
    "humidity": ("Relative Feuchte", "relative-humidity", "relative_humidity", "percent", "%"),
}
"""What the known device sends: name, observed property, its CF name, unit."""


def connect() -> dict[str, str]:
    """The source, its device mapped, and a fresh token; twice is as once, but that earlier tokens end.

    Returns ``{"url", "token"}``: where its network server is to send, and what it has to show.
    """
    found = sources_read.enabled_sources("webhook").filter(slug=SLUG).first()
    source = found or sources.create_source(slug=SLUG, name=NAME, format=Format.THINGS_STACK)
    _map(source)
    sources.revoke_tokens(source=source)
    _row, secret = sources.issue_token(source=source, name=NAME)
    return {"url": f"{settings.NODE.base_url}/ingest/v1/sources/{SLUG}", "token": secret}


def _map(source: Source) -> None:
    eui, name = device(settings.NODE.city, known=True)
    for key, (title, observed, standard, unit, symbol) in STREAMS.items():
        if Mapping.objects.filter(source=source, device_key=eui, payload_key=key).exists():
            continue
        longitude, latitude = PLACES[settings.NODE.city]
        stream = NewStream(
            name=f"{title}, {settings.NODE.city_name} (Simulator)",
            observed_property=ObservedPropertySpec(
                external_key=observed, name=title, definition=f"{CF}{standard}/", description=""
            ),
            unit_name=unit,
            unit_symbol=symbol,
            expected_interval_s=int(INTERVAL_S),
            thing_name=f"{name} (Simulator)",
            place=Place(name=f"{settings.NODE.city_name} (Simulator)", longitude=longitude, latitude=latitude),
            simulated=True,
        )
        sources.map_key(source=source, device_key=eui, payload_key=key, new=stream, unit=symbol, at=clock.now())
