"""Local times without zone: one rule for each trap."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.ingest.formats.times import LocalClock, UnreadableTime

BERLIN = ZoneInfo("Europe/Berlin")


def utc(text: str) -> int:
    """µs of a UTC time written as ISO."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def test_winter_and_summer_times_get_their_offsets() -> None:
    clock = LocalClock()
    assert clock.read("2024-01-15 12:00").utc_us == utc("2024-01-15T11:00")
    assert clock.read("2024-07-15 12:00").utc_us == utc("2024-07-15T10:00")


@pytest.mark.parametrize("text", ["2024-03-31 02:00", "2024-03-31 02:45", "31.03.2024 02:30"])
def test_the_hour_missing_in_spring_is_refused_by_name(text: str) -> None:
    with pytest.raises(UnreadableTime) as caught:
        LocalClock().read(text)
    assert caught.value.reason == "nonexistent-local-time"


def test_the_hours_around_the_missing_one_are_a_quarter_apart() -> None:
    clock = LocalClock()
    before, after = clock.read("2024-03-31 01:45"), clock.read("2024-03-31 03:00")
    assert after.utc_us - before.utc_us == 900 * 1_000_000


def test_the_order_in_the_file_tells_the_doubled_hours_apart() -> None:
    clock = LocalClock()
    texts = ["01:50", "02:00", "02:30", "02:55", "02:00", "02:30", "02:55", "03:00"]
    moments = [clock.read(f"2024-10-27 {text}") for text in texts]
    times = [moment.utc_us for moment in moments]
    assert times == sorted(set(times)), "every reading has a time of its own, in order"
    assert [moment.fold for moment in moments] == [0, 0, 0, 0, 1, 1, 1, 0]
    assert times[1] == utc("2024-10-27T00:00")
    assert times[4] == utc("2024-10-27T01:00")


def test_a_doubled_hour_that_stands_once_is_summer_time() -> None:
    clock = LocalClock()
    moments = [clock.read(f"2024-10-27 {text}") for text in ("01:45", "02:00", "02:15", "02:30", "02:45", "03:00")]
    assert [moment.doubled for moment in moments] == [False, True, True, True, True, False]
    assert not any(moment.fold for moment in moments)


def test_a_doubled_hour_of_another_year_starts_anew() -> None:
    clock = LocalClock()
    for text in ("02:00", "02:00"):
        clock.read(f"2024-10-27 {text}")
    assert clock.read("2025-10-26 02:00").fold == 0


def test_a_time_with_its_own_zone_is_taken_as_it_is() -> None:
    assert LocalClock().read("2024-10-27T02:30:00+01:00").utc_us == utc("2024-10-27T01:30")
    assert LocalClock().read("2024-03-31T02:30Z").utc_us == utc("2024-03-31T02:30")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "unreadable-time"),
        ("2024-06-19 20:0", "unreadable-time"),
        ("2024-02-30 00:00", "unreadable-time"),
        ("2024-06-19", "unreadable-time"),
        ("٢٠٢٤-٠٦-١٩ ٢٠:٠٠", "unreadable-time"),
        ("Anzahl Parkplätze gesamt", "unreadable-time"),
        ("1969-12-31 12:00", "time-out-of-range"),
        ("2101-01-01 12:00", "time-out-of-range"),
        ("0001-01-01 00:00", "time-out-of-range"),
        ("9999-12-31 23:59", "time-out-of-range"),
    ],
)
def test_what_is_no_possible_time_is_named(text: str, reason: str) -> None:
    with pytest.raises(UnreadableTime) as caught:
        LocalClock().read(text)
    assert caught.value.reason == reason


@given(st.datetimes(datetime(1971, 1, 1), datetime(2099, 12, 31)))  # noqa: DTZ001 - naive on purpose
def test_every_existing_local_time_reads_back_as_itself(local: datetime) -> None:
    local = local.replace(second=0, microsecond=0)
    text = f"{local:%Y-%m-%d %H:%M}"
    if local.replace(tzinfo=BERLIN).astimezone(UTC).astimezone(BERLIN).replace(tzinfo=None) != local:
        with pytest.raises(UnreadableTime, match="put forward"):
            LocalClock().read(text)
        return
    back = datetime.fromtimestamp(LocalClock().read(text).utc_us / 1_000_000, tz=BERLIN)
    assert back.replace(tzinfo=None) == local


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(UnreadableTime):
        assert LocalClock().read(text).utc_us >= 0
