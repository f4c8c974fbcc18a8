"""The eight entity types as a table of facts (OGC 18-088, section 8.2): everything else in this edge reads it.

An SQL expression holds ``{a}`` where the alias of the entity's relation goes; see ``sight`` for the relations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

FEATURE_OFFSET = 1 << 40
"""FeaturesOfInterest with ids from here on are no rows: ``FEATURE_OFFSET + n`` is Location n seen as a feature.

An observation stored without a feature is about the place where its thing stood (section 8.2.7): nothing has to be
written for that, and it stays below 2**53.
"""


class Kind(StrEnum):
    """What a property's value is, for comparing and for writing it."""

    ID = "id"
    TEXT = "text"
    TIME = "time"
    PERIOD = "period"
    JSON = "json"
    GEOMETRY = "geometry"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class Property:
    """One property: its JSON name, kind and SQL; ``end`` is the second half of a period.

    ``writable`` by a client, ``required`` when it creates one; ``field`` is the model's field where there is just one.
    """

    name: str
    kind: Kind
    sql: str
    end: str = ""
    writable: bool = True
    required: bool = False
    field: str = ""


@dataclass(frozen=True, slots=True)
class Navigation:
    """A relation: ``far`` of the related row equals ``near`` of this; ``field`` is the model's field that keeps it."""

    name: str
    target: str
    many: bool
    near: str
    far: str
    required: bool = False
    field: str = ""


@dataclass(frozen=True, slots=True)
class EntityType:
    """One entity set. ``order`` is how its rows come when nobody asks otherwise: SQL expressions, unique together."""

    name: str
    singular: str
    table: str
    properties: dict[str, Property]
    navigations: dict[str, Navigation]
    order: tuple[str, ...] = field(default=("{a}.id",))

    def __str__(self) -> str:
        return self.name


def _text(name: str, column: str = "", *, required: bool = False) -> Property:
    column = column or name
    return Property(name, Kind.TEXT, f"{{a}}.{column}", required=required, field=column)


_ID = Property("id", Kind.ID, "{a}.id", writable=False, field="id")
_NAME = _text("name", required=True)
_DESCRIPTION = _text("description", required=True)
_PROPERTIES = Property("properties", Kind.JSON, "{a}.properties", field="properties")


def _type(
    name: str, singular: str, table: str, properties: list[Property], navigations: list[Navigation], **more: object
) -> EntityType:
    return EntityType(
        name,
        singular,
        table,
        {one.name: one for one in [_ID, *properties]},
        {one.name: one for one in navigations},
        **more,  # type: ignore[arg-type]  # only ``order``, as a tuple of texts
    )


THINGS = _type(
    "Things",
    "Thing",
    "sensors_thing",
    [_NAME, _DESCRIPTION, _PROPERTIES],
    [
        Navigation("Locations", "Locations", True, "{a}.location_id", "{a}.id", field="location"),
        Navigation("HistoricalLocations", "HistoricalLocations", True, "{a}.id", "{a}.thing_id"),
        Navigation("Datastreams", "Datastreams", True, "{a}.id", "{a}.thing_id"),
    ],
)
LOCATIONS = _type(
    "Locations",
    "Location",
    "sensors_location",
    [
        _NAME,
        _DESCRIPTION,
        _text("encodingType", "encoding_type", required=True),
        Property("location", Kind.GEOMETRY, "{a}.geometry", required=True, field="geometry"),
        _PROPERTIES,
    ],
    [
        Navigation("Things", "Things", True, "{a}.id", "{a}.location_id"),
        Navigation("HistoricalLocations", "HistoricalLocations", True, "{a}.id", "{a}.location_id"),
    ],
)
HISTORICAL_LOCATIONS = _type(
    "HistoricalLocations",
    "HistoricalLocation",
    "sensors_historicallocation",
    [Property("time", Kind.TIME, "{a}.time", required=True, field="time")],
    [
        Navigation("Thing", "Things", False, "{a}.thing_id", "{a}.id", required=True, field="thing"),
        Navigation("Locations", "Locations", True, "{a}.location_id", "{a}.id", required=True, field="location"),
    ],
)
DATASTREAMS = _type(
    "Datastreams",
    "Datastream",
    "sensors_datastream",
    [
        _NAME,
        _DESCRIPTION,
        _text("observationType", "observation_type", required=True),
        Property(
            "unitOfMeasurement",
            Kind.JSON,
            "jsonb_build_object('name', {a}.unit_name, 'symbol', {a}.unit_symbol, 'definition', {a}.unit_definition)",
            required=True,
        ),
        Property("observedArea", Kind.GEOMETRY, "{a}.observed_area", writable=False, field="observed_area"),
        Property("phenomenonTime", Kind.PERIOD, "{a}.first_time", "{a}.last_time", writable=False),
        Property("resultTime", Kind.PERIOD, "{a}.first_result_time", "{a}.last_result_time", writable=False),
        _PROPERTIES,
    ],
    [
        Navigation("Thing", "Things", False, "{a}.thing_id", "{a}.id", required=True, field="thing"),
        Navigation("Sensor", "Sensors", False, "{a}.sensor_id", "{a}.id", required=True, field="sensor"),
        Navigation(
            "ObservedProperty",
            "ObservedProperties",
            False,
            "{a}.observed_property_id",
            "{a}.id",
            required=True,
            field="observed_property",
        ),
        Navigation("Observations", "Observations", True, "{a}.id", "{a}.datastream_id"),
    ],
)
SENSORS = _type(
    "Sensors",
    "Sensor",
    "sensors_sensor",
    [
        _NAME,
        _DESCRIPTION,
        _text("encodingType", "encoding_type", required=True),
        _text("metadata", required=True),
        _PROPERTIES,
    ],
    [Navigation("Datastreams", "Datastreams", True, "{a}.id", "{a}.sensor_id")],
)
OBSERVED_PROPERTIES = _type(
    "ObservedProperties",
    "ObservedProperty",
    "sensors_observedproperty",
    [_NAME, _text("definition", required=True), _DESCRIPTION, _PROPERTIES],
    [Navigation("Datastreams", "Datastreams", True, "{a}.id", "{a}.observed_property_id")],
)
FEATURE_OF_OBSERVATION = (
    "coalesce({a}.feature_id::bigint, OFFSET + (SELECT coalesce("
    "(SELECT h.location_id FROM sensors_historicallocation h WHERE h.thing_id = t.id AND h.time <= {a}.phenomenon_time"
    " ORDER BY h.time DESC, h.id DESC LIMIT 1), t.location_id)"
    " FROM sensors_datastream d JOIN sensors_thing t ON t.id = d.thing_id WHERE d.id = {a}.datastream_id))"
).replace("OFFSET", str(FEATURE_OFFSET))
"""Which feature an observation is about: its own, or the place where its thing stood then."""
OBSERVATIONS = _type(
    "Observations",
    "Observation",
    "sensors_observation",
    [
        Property(
            "phenomenonTime",
            Kind.PERIOD,
            "{a}.phenomenon_time",
            "({a}.phenomenon_time + {a}.span * interval '1 second')",
            field="phenomenon_time",
        ),
        Property("resultTime", Kind.TIME, "{a}.result_time", field="result_time"),
        Property("result", Kind.RESULT, "{a}.result", required=True, field="result"),
        Property(
            "resultQuality",
            Kind.JSON,
            "coalesce({a}.extra -> 'quality', CASE WHEN {a}.extra -> 'suppressed' IS NOT NULL"
            """ THEN '{"suppressed": true}'::jsonb END)""",
        ),
        Property("validTime", Kind.JSON, "({a}.extra -> 'validTime')"),
        Property("parameters", Kind.JSON, "({a}.extra -> 'parameters')"),
    ],
    [
        Navigation(
            "Datastream", "Datastreams", False, "{a}.datastream_id", "{a}.id", required=True, field="datastream"
        ),
        Navigation("FeatureOfInterest", "FeaturesOfInterest", False, FEATURE_OF_OBSERVATION, "{a}.id", field="feature"),
    ],
    order=("{a}.datastream_id", "{a}.phenomenon_time", "{a}.span"),
)
FEATURES_OF_INTEREST = _type(
    "FeaturesOfInterest",
    "FeatureOfInterest",
    "sensors_featureofinterest",
    [
        _NAME,
        _DESCRIPTION,
        _text("encodingType", "encoding_type", required=True),
        Property("feature", Kind.GEOMETRY, "{a}.feature", required=True, field="feature"),
        _PROPERTIES,
    ],
    [Navigation("Observations", "Observations", True, "{a}.id", FEATURE_OF_OBSERVATION)],
)

SETS: dict[str, EntityType] = {
    one.name: one
    for one in (
        THINGS,
        LOCATIONS,
        HISTORICAL_LOCATIONS,
        DATASTREAMS,
        SENSORS,
        OBSERVATIONS,
        OBSERVED_PROPERTIES,
        FEATURES_OF_INTEREST,
    )
}
"""Every entity set by its name in URLs, in the order of the landing page."""


def target_of(navigation: Navigation) -> EntityType:
    """The entity type a relation leads to."""
    return SETS[navigation.target]
