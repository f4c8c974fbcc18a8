"""Tables in CSV files: recognised, previewed without a trace, imported – and imported again without a change."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from apps.core.errors import Gone, Invalid, OwlError
from apps.sensors.models import Observation, Quarantined
from apps.sources import services
from apps.sources.models import Candidate, Source, TableUpload
from apps.sources.services.tables import cells, parsing, sniffing
from apps.sources.types import Format, Transport
from apps.sources.types.tables import Layout, TableForm
from tests.sources.builders import START, mapped, source, stream

GERMAN = """Zeitpunkt;Temperatur (°C);Luftfeuchte [%];Bemerkung
01.05.2026 12:00;21,5;45;
01.05.2026 12:10;21,7;46;gereinigt
"""
ENGLISH = """time,device,temperature,battery
2026-05-01T10:00:00Z,a,21.5,3.6
2026-05-01T10:10:00Z,b,"1,021.7",
"""
LONG = """Station;Messgröße;Wert;Datum
S1;pH;7,5;2026-05-01 12:00
S1;O2;9;2026-05-01 12:00
S2;pH;7,4;2026-05-01 12:00
"""


def tables(slug: str = "tabelle") -> Source:
    """A source that takes tables."""
    return source(slug, format=Format.CSV, transport=Transport.FILE)


def upload(row: Source, text: str) -> TableUpload:
    """A table that was uploaded."""
    return services.upload_table(source=row, name="t.csv", content=text.encode(), at=START)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (GERMAN, TableForm(delimiter=";", decimal=",", time_column="Zeitpunkt", device="d")),
        (ENGLISH, TableForm(time_column="time", device="d", device_column="device")),
        (
            LONG,
            TableForm(
                delimiter=";", decimal=",", time_column="Datum", device="d", device_column="Station",
                layout=Layout.LONG, key_column="Messgröße", value_column="Wert",
            ),
        ),
        ("t\tv\n1767225600\t5\n", TableForm(delimiter="\t", time_column="t", device="d")),
    ],
)  # fmt: skip
def test_the_form_of_a_table_is_guessed(text: str, expected: TableForm) -> None:
    assert sniffing.guess(text, device="d") == expected


@pytest.mark.parametrize("text", ["", "\n\n", "a;b\n", "a\n1\n", "a;a\n1;2\n", "a;b\nx;y\n", "a;;b\n1;2;3\n"])
def test_what_is_no_table_of_readings_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        sniffing.guess(text, device="d")


def test_old_encodings_are_read() -> None:
    assert sniffing.decode("Temperatur °C".encode("cp1252")) == "Temperatur °C"
    assert sniffing.decode("\ufeffa".encode()) == "a"


@pytest.mark.parametrize(
    ("cell", "decimal", "expected"),
    [
        ("21,5", ",", 21.5), ("1.021,5", ",", 1021.5), ("1,021.5", ".", 1021.5), ("-3", ".", -3.0),
        ("1e3", ".", 1000.0), ("21,5", ".", "21,5"), ("nan", ".", "nan"), ("1_0", ".", "1_0"),
        ("1.02", ",", "1.02"), ("٣", ".", "٣"),
    ],
)  # fmt: skip
def test_numbers_are_read_strictly(cell: str, decimal: str, expected: float | str) -> None:
    assert cells.number(cell, decimal) == expected


def test_the_doubled_hour_is_told_by_the_order_and_the_missing_one_never_was() -> None:
    form = TableForm(delimiter=";", time_column="t", device="d")
    autumn = "t;v\n" + "".join(f"25.10.2026 02:{minute:02};1\n" for minute in (0, 30, 0, 30)) + "25.10.2026 03:00;1\n"
    found = [one.time for one in parsing.uplinks(autumn, form)]
    assert found == [datetime(2026, 10, 25, 0, tzinfo=UTC) + timedelta(minutes=30) * step for step in range(5)]
    spring = list(parsing.uplinks("t;v\n29.03.2026 02:30;1\nmorgen;1\n", form))
    assert [one.problem for one in spring] == ["nonexistent-local-time", "unreadable-time"]


@pytest.mark.django_db
@pytest.mark.parametrize(("key", "unit", "suggested"), [("Luftfeuchte", "%", "Luftfeuchte"), ("Luftfeuchte", "V", "")])
def test_a_datastream_of_the_same_name_and_unit_is_suggested(key: str, unit: str, suggested: str) -> None:
    stream(key, unit=unit)
    found = services.preview_table(upload=upload(tables(), GERMAN), at=START)
    assert {key.suggested for key in found.keys if key.key == "Luftfeuchte"} == {suggested}


@pytest.mark.django_db
def test_a_preview_says_what_would_happen_and_writes_nothing() -> None:
    row = tables()
    mapped(row, "Temperatur", device="tabelle")
    stream("luft/Luftfeuchte", unit="%")
    kept = upload(row, GERMAN)
    found = services.preview_table(upload=kept, at=START)
    assert (found.lines, found.stored, found.reasons) == (2, 2, {"unknown-key": 3})
    assert found.first_time == datetime(2026, 5, 1, 10, tzinfo=UTC)
    assert [(key.key, key.unit, key.count, bool(key.datastream_id), key.reason) for key in found.keys] == [
        ("Temperatur", "°C", 2, True, ""),
        ("Luftfeuchte", "%", 2, False, "unknown-key"),
        ("Bemerkung", "", 1, False, "unknown-key"),
    ]
    assert {key.suggested for key in found.keys} == {""}  # only an equal name or key is a suggestion
    assert not Observation.objects.exists()
    assert not Quarantined.objects.exists()
    assert not Candidate.objects.exists()


@pytest.mark.django_db
def test_an_import_takes_the_whole_table_and_again_changes_nothing() -> None:
    row = tables()
    mapped(row, "Temperatur", device="tabelle")
    kept = upload(row, GERMAN)
    form = services.preview_table(upload=kept, at=START).form
    account = services.import_table(upload=kept, form=form, at=START)
    assert (account["lines"], account["accepted"], account["quarantined"]) == (2, 2, 3)
    with pytest.raises(Gone):
        services.import_table(upload=kept, form=form, at=START)
    again = services.import_table(upload=upload(row, GERMAN), form=form, at=START)
    assert (again["accepted"], again["unchanged"]) == (0, 2)
    assert Quarantined.objects.count() == 3


@pytest.mark.django_db
def test_a_long_table_and_a_column_of_devices() -> None:
    row = tables()
    mapped(row, "pH", device="S1", datastream=stream("s1/ph", unit=""), unit="")
    kept = upload(row, LONG)
    account = services.import_table(upload=kept, form=services.preview_table(upload=kept, at=START).form, at=START)
    assert (account["accepted"], account["quarantined"]) == (1, 2)
    assert Observation.objects.get().result == 7.5


@pytest.mark.django_db
def test_a_percentage_column_does_not_land_in_a_voltage() -> None:
    row = tables()
    mapped(row, "Batterie", device="tabelle", datastream=stream("b/v", unit="V"), unit="V")
    kept = upload(row, "Zeit;Batterie (%)\n01.05.2026 12:00;55\n")
    assert services.preview_table(upload=kept, at=START).reasons == {"unit-mismatch": 1}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"time_column": "x"}, {"zone": "Mars/Base"}, {"zone": "../x"}, {"decimal": ";"}, {"device": ""},
        {"layout": Layout.LONG}, {"delimiter": "x"},
    ],
)  # fmt: skip
def test_a_form_that_does_not_fit_is_refused(wrong: dict[str, str]) -> None:
    kept = upload(tables(), GERMAN)
    form = TableForm(**{"delimiter": ";", "decimal": ",", "time_column": "Zeitpunkt", "device": "d"} | wrong)  # type: ignore[arg-type]
    with pytest.raises(Invalid):
        services.preview_table(upload=kept, form=form, at=START)


@pytest.mark.django_db
def test_tables_go_only_to_sources_for_tables_and_old_ones_are_dropped() -> None:
    with pytest.raises(Invalid):
        upload(source(), GERMAN)
    old = upload(tables(), GERMAN)
    services.upload_table(source=old.source, name="t", content=GERMAN.encode(), at=START + timedelta(days=3))
    assert not TableUpload.objects.filter(pk=old.pk).exists()


@pytest.mark.django_db
@given(text=st.text(alphabet=";,\t\n\"'0123456789.:-TZ äx\0", max_size=120))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
def test_any_text_is_read_or_refused(text: str) -> None:
    row = Source.objects.filter(slug="tabelle").first() or tables()
    with contextlib.suppress(OwlError):
        kept = upload(row, "Zeit;a\n01.05.2026 12:00;1\n" + text)
        form = services.preview_table(upload=kept, at=START).form
        services.import_table(upload=kept, form=form, at=START)
