"""Plausible curves through day and year for a town in Ostwestfalen-Lippe. Seconds since 1970 UTC in, values out.

All curves of one city share its weather (``city`` seed): rain lifts the river, wets the soil and washes the air.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from apps.ingest.simulation.noise import Times, Values, seed_of, smooth, white

DAY, HOUR = 86_400, 3_600
YEAR = 365.2425 * DAY
SOLAR_OFFSET = int(8.6 / 15 * HOUR)  # the sun stands highest 34 minutes before 12:00 UTC in the east of Westphalia
Curve = Callable[[int, int, Times], Values]


def _sun_clock(t: Times) -> Values:
    """Solar time of day in hours, 0 to 24."""
    hours: Values = ((t + SOLAR_OFFSET) % DAY) / HOUR
    return hours


def _season(t: Times) -> Values:
    """−1 in mid-January … +1 in mid-July."""
    season: Values = -np.cos(2 * np.pi * (t / YEAR - 15 / 365.2425))
    return season


def _bump(hours: Values, centre: float, width: float) -> Values:
    """A bell around an hour of the day that knows midnight is one point."""
    distance = (hours - centre + 12) % 24 - 12
    bell: Values = np.exp(-0.5 * (distance / width) ** 2)
    return bell


def _workday(t: Times) -> Values:
    """1 on Monday to Friday, 0 at the weekend (1970-01-01 was a Thursday)."""
    workday: Values = (((t + HOUR) // DAY + 3) % 7 < 5).astype(np.float64)
    return workday


def rain_rate(city: int, t: Times) -> Values:
    """Millimetres an hour: mostly none, fronts of some hours, about 800 mm a year."""
    front = smooth(seed_of(city, "front"), t, 40 * HOUR) + 0.7 * smooth(seed_of(city, "shower"), t, 3 * HOUR)
    rate: Values = 2.1 * np.maximum(0.0, front - 0.55) ** 1.4
    return rate


def _after_rain(city: int, t: Times, fade_hours: float, taps: int) -> Values:
    """Rain of the past hours, older rain counting less: a fixed number of hours, so that no start-up is seen."""
    first, last = int(t.min()) // HOUR - taps, int(t.max()) // HOUR + 2
    grid = np.arange(first, last + 1, dtype=np.int64)
    weights = np.exp(-np.arange(taps) / fade_hours)
    wet = np.convolve(rain_rate(city, grid * HOUR), weights)[taps : len(grid)]
    after: Values = np.interp(t, grid[taps:] * HOUR, wet)
    return after


def temperature(city: int, own: int, t: Times) -> Values:
    """Air temperature, °C."""
    season = _season(t)
    daily = (3.6 + 2.0 * season) * np.cos(2 * np.pi * (_sun_clock(t) - 14.5) / 24)
    weather = 4.5 * smooth(seed_of(city, "air-mass"), t, 4 * DAY)
    cooled = -1.5 * np.minimum(rain_rate(city, t), 1.5)
    return 10.2 + 8.8 * season + daily + weather + cooled + 0.3 * smooth(own, t, HOUR)


def humidity(city: int, own: int, t: Times) -> Values:
    """Relative humidity, %."""
    daily = -14.0 * np.cos(2 * np.pi * (_sun_clock(t) - 14.5) / 24)
    wet = 14.0 * np.minimum(rain_rate(city, t), 1.0) + 7.0 * smooth(seed_of(city, "air-mass-wet"), t, 3 * DAY)
    return np.clip(77.0 - 5.0 * _season(t) + daily + wet + 1.5 * smooth(own, t, HOUR), 18.0, 100.0)


def pressure(city: int, own: int, t: Times) -> Values:
    """Air pressure at station height, hPa."""
    falling = 11.0 * smooth(seed_of(city, "front"), t, 40 * HOUR)
    return 1003.0 + 9.0 * smooth(seed_of(city, "highs"), t, 6 * DAY) - falling + 0.2 * smooth(own, t, HOUR)


def wind(city: int, own: int, t: Times) -> Values:
    """Wind speed, m/s."""
    daily = 1.0 + 0.35 * np.cos(2 * np.pi * (_sun_clock(t) - 14) / 24)
    base = 2.9 + 2.0 * smooth(seed_of(city, "wind"), t, 20 * HOUR) - 0.4 * _season(t)
    return np.maximum(0.0, base * daily + 0.6 * smooth(own, t, 1_200))


def rain(city: int, own: int, t: Times) -> Values:
    """Precipitation, mm in the ten minutes that begin at ``t``; a gauge tips every 0.1 mm."""
    share = 1.0 + 0.2 * smooth(own, t, 6 * HOUR)
    return np.floor(rain_rate(city, t + 300) * share / 6 * 10) / 10


def _traffic(t: Times) -> Values:
    """Road traffic, 0 to about 1."""
    hours = _sun_clock(t) + 0.4
    working = 0.9 * _bump(hours, 7.6, 1.1) + 0.95 * _bump(hours, 16.8, 1.8) + 0.5 * _bump(hours, 12.5, 3.0)
    return 0.08 + _workday(t) * working + (1 - _workday(t)) * 0.6 * _bump(hours, 14.5, 3.6)


def _stagnation(city: int, t: Times) -> Values:
    """How little the air moves: about 0.6 in wind to 1.6 on still winter days."""
    return np.clip(1.1 - 0.25 * _season(t) - 0.13 * (wind(city, city, t) - 2.9), 0.45, 1.8)


def pm10(city: int, own: int, t: Times) -> Values:
    """Particulate matter PM10, µg/m³."""
    washed = 1.0 / (1.0 + 0.5 * rain_rate(city, t))
    level = 12.0 + 9.0 * _traffic(t) + 6.0 * smooth(seed_of(city, "dust"), t, 2 * DAY)
    return np.maximum(1.0, (level + 1.5 * smooth(own, t, 1_800)) * _stagnation(city, t) * washed)


def pm25(city: int, own: int, t: Times) -> Values:
    """Particulate matter PM2.5, µg/m³: a share of PM10 that is larger in the heating season."""
    return pm10(city, own, t) * (0.6 - 0.12 * _season(t) + 0.05 * smooth(own, t, 5 * HOUR))


def nitrogen_dioxide(city: int, own: int, t: Times) -> Values:
    """NO₂, µg/m³."""
    level = 7.0 + 24.0 * _traffic(t) + 3.0 * smooth(own, t, 2 * HOUR)
    return np.maximum(1.0, level * _stagnation(city, t))


def ozone(city: int, own: int, t: Times) -> Values:
    """O₃, µg/m³: much on summer afternoons, little where traffic is."""
    afternoon = np.maximum(0.0, np.cos(2 * np.pi * (_sun_clock(t) - 15) / 24))
    level = 38.0 + 14.0 * _season(t) + (28.0 + 22.0 * _season(t)) * afternoon - 12.0 * _traffic(t)
    return np.maximum(2.0, level + 8.0 * smooth(seed_of(city, "air-mass"), t, 4 * DAY) + 2.0 * smooth(own, t, HOUR))


def parking(capacity: int) -> Curve:
    """Free spaces of a car park with that many, whole numbers, 0 when full."""

    def curve(city: int, own: int, t: Times) -> Values:
        hours = _sun_clock(t) + 0.4
        working = 0.62 * _bump(hours, 11.5, 2.6) + 0.4 * _bump(hours, 16.0, 2.4) + 0.12 * _bump(hours, 20.0, 1.8)
        weekend = 0.45 * _bump(hours, 14.0, 2.8) + 0.2 * _bump(hours, 20.0, 2.0)
        share = 0.07 + _workday(t) * working + (1 - _workday(t)) * weekend
        demand = share * (1 + 0.22 * smooth(own, t, DAY)) + 0.03 * smooth(own + 1, t, 1_800)
        return np.round(capacity * np.clip(1.0 - demand, 0.0, 1.0))

    return curve


def water_level(city: int, own: int, t: Times) -> Values:
    """Level of a small river at its gauge, cm: rises within hours of rain, falls over days."""
    flood = 3.4 * _after_rain(city, t - 2 * HOUR, 30.0, 240)
    return 58.0 - 9.0 * _season(t) + flood + 2.0 * smooth(own, t, 5 * DAY) + 0.4 * white(own, t // 60)


def soil_moisture(depth_cm: int) -> Curve:
    """Volumetric water content at a depth, %: deeper soil answers later and more calmly."""

    def curve(city: int, own: int, t: Times) -> Values:
        wet = _after_rain(city, t - depth_cm * HOUR // 5, 60.0 + 3.0 * depth_cm, 480)
        level = 23.0 - 7.0 * _season(t) + 30.0 * (1.0 - np.exp(-wet / 24.0)) * (12.0 / (10.0 + depth_cm))
        daily = -0.5 * (10.0 / depth_cm) * np.cos(2 * np.pi * (_sun_clock(t) - 16) / 24)
        return np.clip(level + daily + 0.3 * smooth(own, t, 4 * HOUR), 4.0, 48.0)

    return curve
