"""Why a piece waits and by which way it came, in words; what nobody put into words is shown as it is."""

from __future__ import annotations

from apps.console.words import quarantine
from apps.sensors.types import Reason as SensorReason
from apps.sources.types import Reason as SourceReason


def test_every_reason_of_the_intake_has_words() -> None:
    for code in (*SensorReason, *SourceReason):
        assert code in quarantine.REASONS, code
    assert quarantine.reason("something-new") == "something-new"


def test_ways_are_said_in_words() -> None:
    assert quarantine.way("source:lora") == "source lora"
    assert quarantine.way("ingest:abc") == "sender with the token abc"
    assert quarantine.way("recording:lake") == "recording: lake"
    assert quarantine.way("replay") == "replay"
