"""A town whose website has something to show: own data, a replica, agreements in force and ended, chosen sensors."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from apps.agreements.models import Agreement
from apps.catalogue import services as catalogue
from apps.catalogue.models import Dataset
from apps.core import clock
from apps.policies import terms as language
from apps.provider.models import Disclosure, Receipt, Withdrawal
from apps.wire import canonical
from tests.holdings import city

VALUES = {float(minute): 10 + minute / 100 for minute in range(0, 600, 10)}
LICENCE = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"


def build() -> dict[str, Any]:
    """One public dataset of each kind, one nobody may see, a replica; an agreement in force and one that has ended."""
    return add(1)


def add(number: int) -> dict[str, Any]:
    """The same once more under other names."""
    air = city.own(f"air-{number}", observed="Air temperature", definition="urn:air-temperature")
    bikes = city.own(f"bikes-{number}", kind="count", observed="Bicycles")
    city.record(air, dict(VALUES))
    city.record(bikes, {minute: 5.0 for minute in VALUES}, span=600)
    open_air = city.dataset(
        f"luft-{number}",
        [air],
        {"visibility": "public"},
        title_de=f"Luft am Markt {number}",
        title_en=f"Air at the market {number}",
        description_de="Temperaturen der Luft.",
        licence=LICENCE,
        theme="ENVI",
        contact_email="umwelt@stadt.example",
    )
    hourly = city.dataset(
        f"rad-{number}", [bikes], {"visibility": "public", **city.HOURLY}, sensitivity="people", theme="TRAN"
    )
    secret = city.dataset(f"geheim-{number}", [city.own(f"secret-{number}")], None)
    theirs = city.replica(
        f"herford-luft-{number}",
        {"visibility": "public", "retention": "P90D"},
        city.stream(f"theirs-{number}", observed="Air temperature", definition="urn:air-temperature"),
        about={"title": {"de": f"Luft in Herford {number}"}},
    )
    city.receive(city.datastreams(theirs)[0], dict(VALUES))
    given = give(open_air)
    disclose(given, rows=1200 + number)
    ended = give(hourly, state="withdrawn", ended_at=clock.now())
    take_back(ended)
    catalogue.choose(datastream_id=air, sentence_de="Wie warm die Luft ist.", sentence_en="How warm the air is.")
    return {"air": open_air, "bikes": hourly, "secret": secret, "given": given, "ended": ended, "stream": air}


def give(dataset: Dataset, **about: Any) -> Agreement:
    """An agreement under which Herford gets the dataset."""
    uid = f"urn:uuid:{uuid.uuid4()}"
    terms = {"visibility": "peers", "retention": "P90D", "purposes": ["flood-protection"]}
    return Agreement.objects.create(
        **{
            "uid": uid,
            "role": "provider",
            "peer": city.peer(),
            "dataset": dataset,
            "dataset_identifier": dataset.identifier,
            "policy": {"@id": uid},
            "terms": language.parse(terms).to_mapping(),
            "digest": canonical.digest({"@id": uid}),
            "purpose": "flood-protection",
            "signed_at": city.DAY,
            **about,
        }
    )


def disclose(agreement: Agreement, *, rows: int) -> None:
    """A page that left."""
    Disclosure.objects.create(agreement=agreement, rows=rows, media_type="test", digest="sha-256:0", at=city.NOON)


def take_back(agreement: Agreement) -> None:
    """The end of an agreement whose deletion is proven."""
    now = clock.now()
    receipt = Receipt.objects.create(
        agreement=agreement,
        kind="withdrawn",
        envelope={},
        digest=f"sha-256:{agreement.pk}",
        rows_before=10,
        rows_after=0,
        purged_at=now,
    )
    Withdrawal.objects.create(
        agreement=agreement,
        kind="withdrawn",
        ended_at=now,
        state="confirmed",
        due_at=now + timedelta(days=3),
        receipt=receipt,
    )
