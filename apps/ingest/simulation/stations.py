"""Which simulated stations a city has, and which curve each of their streams follows."""

from __future__ import annotations

from dataclasses import dataclass, replace

from apps.ingest.formats.parking import PROPERTY as PARKING
from apps.ingest.formats.types import COUNT_OBSERVATION, MEASUREMENT, NUMBER, Property, Station, Stream, Unit
from apps.ingest.simulation import curves

LABEL = "Simulator – keine Messung"
QUDT = "http://qudt.org/vocab/unit/"
CF = "http://vocab.nerc.ac.uk/standard_name/"
MICROGRAM = Unit("Mikrogramm je Kubikmeter", "µg/m³", QUDT + "MicroGM-PER-M3")
PERCENT = Unit("Prozent", "%", QUDT + "PERCENT")
#: Stations of each theme; a city's word picks which, so that cities differ.
PARKS = {"Rathaus": 240, "Bahnhof": 420, "Altstadt": 310, "Klinikum": 560}


@dataclass(frozen=True, slots=True)
class Simulated:
    """A stream and how its readings come about: rounded to ``decimals``, lasting ``span`` seconds (0: instant)."""

    stream: Stream
    curve: curves.Curve
    decimals: int
    span: int = 0


@dataclass(frozen=True, slots=True)
class SimulatedStation:
    """A station with its curves; ``station.streams`` are the streams of ``parts`` in the same order."""

    station: Station
    parts: tuple[Simulated, ...]


def all_stations(*, city: str, city_name: str) -> tuple[SimulatedStation, ...]:
    """Every simulated station of a city: weather, air, parking, water level, soil moisture. Always the same ones."""
    stations = [
        *(_station(city, city_name, "weather", f"Wetterstation {n}", _weather()) for n in (1, 2)),
        *(_station(city, city_name, "air", f"Luftmessstation {n}", _air()) for n in (1, 2, 3)),
        *(_station(city, city_name, "parking", f"Parkhaus {name}", _park(size)) for name, size in PARKS.items()),
        *(_station(city, city_name, "water-level", f"Pegel {n}", _gauge()) for n in (1, 2)),
        *(_station(city, city_name, "soil-moisture", f"Bodenfeuchte {n}", _soil()) for n in (1, 2, 3)),
    ]
    return tuple(stations)


def _station(city: str, city_name: str, theme: str, name: str, parts: tuple[Simulated, ...]) -> SimulatedStation:
    key = f"simulator/{city}/{theme}/{name.rsplit(maxsplit=1)[-1].lower()}"
    keyed = tuple(
        replace(part, stream=replace(part.stream, key=f"{key}/{part.stream.key}", name=f"{name} – {part.stream.name}"))
        for part in parts
    )
    properties = {"source": "simulator", "label": LABEL, "theme": theme}
    station = Station(
        key=key,
        name=f"{name} {city_name} (Simulator)",
        description=f"{LABEL}: errechnete Werte mit glaubhaftem Tages- und Jahresgang.",
        sensor_name=f"Simulator {name}",
        streams=tuple(part.stream for part in keyed),
        properties=properties,
    )
    return SimulatedStation(station, keyed)


def _measure(
    observed: Property, unit: Unit, curve: curves.Curve, *, decimals: int = 1, interval: int = 600
) -> Simulated:
    properties = {"source": "simulator"}
    stream = Stream(observed.key, observed.name, observed, unit, "measure", MEASUREMENT, interval, properties)
    return Simulated(stream, curve, decimals)


def _weather() -> tuple[Simulated, ...]:
    celsius = Unit("Grad Celsius", "°C", QUDT + "DEG_C")
    metres = Unit("Meter je Sekunde", "m/s", QUDT + "M-PER-SEC")
    hectopascal = Unit("Hektopascal", "hPa", QUDT + "HectoPA")
    millimetres = Unit("Millimeter", "mm", QUDT + "MilliM")
    rain = _measure(_property("precipitation", "Niederschlag", CF + "rainfall_amount/"), millimetres, curves.rain)
    return (
        _measure(_property("air-temperature", "Lufttemperatur", CF + "air_temperature/"), celsius, curves.temperature),
        _measure(
            _property("relative-humidity", "Relative Feuchte", CF + "relative_humidity/"),
            PERCENT,
            curves.humidity,
            decimals=0,
        ),
        _measure(_property("air-pressure", "Luftdruck", CF + "air_pressure/"), hectopascal, curves.pressure),
        _measure(_property("wind-speed", "Windgeschwindigkeit", CF + "wind_speed/"), metres, curves.wind),
        replace(rain, span=600, stream=replace(rain.stream, kind="count")),
    )


def _air() -> tuple[Simulated, ...]:
    prefix = "http://dd.eionet.europa.eu/vocabulary/aq/pollutant/"
    return (
        _measure(_property("pm10", "Feinstaub PM10", prefix + "5"), MICROGRAM, curves.pm10),
        _measure(_property("pm25", "Feinstaub PM2,5", prefix + "6001"), MICROGRAM, curves.pm25),
        _measure(_property("no2", "Stickstoffdioxid", prefix + "8"), MICROGRAM, curves.nitrogen_dioxide),
        _measure(_property("o3", "Ozon", prefix + "7"), MICROGRAM, curves.ozone),
    )


def _park(capacity: int) -> tuple[Simulated, ...]:
    free = _measure(PARKING, NUMBER, curves.parking(capacity), decimals=0, interval=300)
    properties = {"source": "simulator", "capacity": capacity}
    return (replace(free, stream=replace(free.stream, observation_type=COUNT_OBSERVATION, properties=properties)),)


def _gauge() -> tuple[Simulated, ...]:
    centimetres = Unit("Zentimeter", "cm", QUDT + "CentiM")
    observed = _property("water-level", "Wasserstand", CF + "water_surface_height_above_reference_datum/")
    return (_measure(observed, centimetres, curves.water_level, decimals=0, interval=900),)


def _soil() -> tuple[Simulated, ...]:
    definition = CF + "volume_fraction_of_condensed_water_in_soil/"
    return tuple(
        _measure(
            _property(f"soil-moisture-{depth}cm", f"Bodenfeuchte {depth} cm", definition),
            PERCENT,
            curves.soil_moisture(depth),
            interval=1800,
        )
        for depth in (10, 30)
    )


def _property(key: str, name: str, definition: str) -> Property:
    return Property(key, name, definition, name)
