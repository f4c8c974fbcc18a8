"""Curves: what everybody knows about weather, air, car parks, rivers and soil holds."""

from __future__ import annotations

import numpy as np
import pytest

from apps.ingest.simulation import curves
from apps.ingest.simulation.noise import Times, Values

DAY = 86_400
JANUARY, JULY = 1_704_067_200, 1_719_792_000  # 2024-01-01 and 2024-07-01, both Mondays, UTC


def days(start: int, number: int, step: int = 600) -> Times:
    """Moments of some days."""
    return np.arange(start, start + number * DAY, step, dtype=np.int64)


def at_hour(t: Times, values: Values, hour: int) -> float:
    """The mean of the values at an hour of the day (UTC)."""
    return float(values[(t // 3_600) % 24 == hour].mean())


@pytest.mark.parametrize("city", [1, 2, 3])
def test_summers_are_warmer_than_winters_and_afternoons_than_nights(city: int) -> None:
    winter, summer = days(JANUARY, 28), days(JULY, 28)
    cold, warm = curves.temperature(city, 9, winter), curves.temperature(city, 9, summer)
    assert warm.mean() > cold.mean() + 10
    assert at_hour(summer, warm, 14) > at_hour(summer, warm, 3) + 5
    assert cold.min() > -25
    assert warm.max() < 42


@pytest.mark.parametrize("city", [1, 2, 3])
def test_it_rains_as_much_as_it_does_in_westphalia_and_mostly_not(city: int) -> None:
    rate = curves.rain_rate(city, days(JANUARY, 366, 3_600))
    assert 600 < rate.sum() < 1_200
    assert (rate == 0).mean() > 0.6


def test_rivers_rise_and_soil_wets_after_rain() -> None:
    t = days(JULY, 60)
    rain = curves.rain_rate(5, t)
    level, soil = curves.water_level(5, 6, t), curves.soil_moisture(10)(5, 6, t)
    later = np.roll(rain, 60)
    assert np.corrcoef(level[100:], later[100:])[0, 1] > 0.4
    assert np.corrcoef(soil[100:], later[100:])[0, 1] > 0.2


def test_car_parks_fill_by_day_and_never_hold_more_than_they_have() -> None:
    t = days(JANUARY, 28)
    free = curves.parking(420)(1, 2, t)
    assert at_hour(t, free, 11) < at_hour(t, free, 3) / 2
    assert free.min() >= 0
    assert free.max() <= 420
    assert (free == np.round(free)).all()


def test_pollutants_are_positive_and_follow_traffic_and_sun() -> None:
    t = days(JULY, 28)
    no2, o3 = curves.nitrogen_dioxide(1, 2, t), curves.ozone(1, 2, t)
    assert min(no2.min(), o3.min(), curves.pm10(1, 2, t).min(), curves.pm25(1, 2, t).min()) > 0
    assert (curves.pm25(1, 2, t) < curves.pm10(1, 2, t)).all()
    assert at_hour(t, no2, 7) > at_hour(t, no2, 2)
    assert at_hour(t, o3, 14) > at_hour(t, o3, 5) + 15


def test_bounded_quantities_stay_in_their_bounds() -> None:
    t = days(JANUARY, 366, 3_600)
    humidity, soil = curves.humidity(1, 2, t), curves.soil_moisture(30)(1, 2, t)
    assert humidity.min() >= 18
    assert humidity.max() <= 100
    assert soil.min() >= 4
    assert soil.max() <= 48
    assert curves.wind(1, 2, t).min() >= 0
    assert curves.rain(1, 2, t).min() >= 0
