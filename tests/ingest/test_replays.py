"""Quarantine: rows whose datastream becomes known are taken in after all, once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from apps.core.errors import Invalid
from apps.ingest import recordings, replays
from apps.sensors.models import Observation, Quarantined
from tests.ingest.conftest import Intake
from tests.ingest.test_recordings import written
from tests.ingest.test_views import row

pytestmark = pytest.mark.django_db


def waiting() -> list[int]:
    """Ids of all quarantined rows."""
    return list(Quarantined.objects.values_list("pk", flat=True))


def test_a_row_of_the_http_intake_is_read_under_the_mapped_datastream(
    gateway: Callable[..., Intake], streams: dict[str, int]
) -> None:
    gateway().post({"readings": [row(datastream="old", time="2026-05-01T12:00:00Z/2026-05-01T12:15:00Z")]})
    result = replays.replay(ids=waiting(), mapping={"old": "lora/north/a"})
    assert (len(result.replayed), len(result.still_waiting)) == (1, 0)
    found = Observation.objects.get()
    assert (found.datastream_id, found.span, found.result) == (streams["lora/north/a"], 900, 1.5)
    assert replays.replay(ids=waiting(), mapping={"old": "lora/north/b"}).replayed == ()
    assert Observation.objects.count() == 1


@pytest.mark.usefixtures("streams")
def test_a_cell_of_an_unknown_column_can_be_mapped(tmp_path: Path) -> None:
    text = "Datum,pH-Wert,Leitfähigkeit\n2024-04-01 00:00,8,600\n2024-04-01 00:15,8,??\n"
    recordings.import_file(path=written(tmp_path, text))
    result = replays.replay(ids=waiting(), mapping={"lake/aasee/leitfaehigkeit": "lora/north/b"})
    assert len(result.replayed) == 2
    found = Observation.objects.filter(datastream__external_key="lora/north/b").order_by("phenomenon_time")
    assert [(each.result, each.extra) for each in found] == [(600.0, None), (None, {"result": "??"})]


@pytest.mark.usefixtures("streams")
def test_what_is_still_not_understood_keeps_waiting_with_its_detail(
    gateway: Callable[..., Intake], tmp_path: Path
) -> None:
    gateway().post({"readings": [row(time="naive"), 7, row(datastream="unknown")]})
    recordings.import_file(path=written(tmp_path, "a,b,c\n"))
    before = dict(Quarantined.objects.values_list("pk", "detail"))
    result = replays.replay(ids=waiting(), mapping={})
    assert len(result.still_waiting) == 4
    assert dict(Quarantined.objects.values_list("pk", "detail")) == before


@pytest.mark.usefixtures("streams")
def test_a_mapping_to_nowhere_is_invalid() -> None:
    with pytest.raises(Invalid):
        replays.replay(ids=[], mapping={"old": "nowhere"})
