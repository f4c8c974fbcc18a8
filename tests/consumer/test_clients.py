"""How the consumer asks an owner."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings

from apps.peers.types import Answer
from tests.consumer.pair import RAW, Pair, agree, record, streams

pytestmark = pytest.mark.django_db


def test_an_owner_has_longer_for_a_page_than_for_a_question(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    (stream,) = streams(1)
    record(stream, {0: 1.0})
    agree(pair, [stream], RAW)
    patience: dict[str, float] = {}

    def send(**options: Any) -> Answer:
        kind = options["path"].split("/")[3]
        patience[kind] = options["timeout"] or settings.NODE.http_timeout_seconds
        return pair.send(**options)

    monkeypatch.setattr("apps.peers.clients.send", send)
    assert pair.pull().complete
    assert patience["feed"] >= 60 > patience["descriptions"]
