"""What the numbers in a page mean: SensorThings entities as the owner describes them to this recipient.

Coarsened like the data: a location is already what the terms allow. Its digest travels as Owl-Description with
every page, so a renamed sensor or a moved thing is noticed with the next page.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, JsonValue, model_validator

from apps.wire.messages.base import (
    AgreementUid,
    Did,
    Digest,
    Long,
    Message,
    Moment,
    Natural,
    Part,
    Short,
    StreamNumber,
)

Properties = dict[str, JsonValue]
Statistic = Literal["", "mean", "min", "max", "count", "sum"]


class ThingDescription(Part):
    """A Thing; ``key`` is the owner's name for it. ``location`` is GeoJSON (WGS 84), ``moved_at`` since when."""

    key: Short
    name: Short
    description: Long = ""
    properties: Properties = Field(default_factory=dict)
    location: Properties | None = None
    location_name: Short = ""
    moved_at: Moment | None = None


class SensorDescription(Part):
    """A Sensor: what measured, and where its documentation is."""

    key: Short
    name: Short
    description: Long = ""
    encoding_type: Short = ""
    metadata: Long = ""
    properties: Properties = Field(default_factory=dict)


class ObservedPropertyDescription(Part):
    """An ObservedProperty: what was measured; ``definition`` is a URI."""

    key: Short
    name: Short
    definition: Long = ""
    description: Long = ""
    properties: Properties = Field(default_factory=dict)


class StreamDescription(Part):
    """One series of the feed.

    ``stream`` is the number in the pages; ``key`` the owner's name of the Datastream behind it, the same for its
    statistics. ``statistic`` is empty for single readings; else each row is that statistic over ``span_s``.
    """

    stream: StreamNumber
    key: Short
    name: Short
    description: Long = ""
    observation_type: Long = ""
    unit_name: Short = ""
    unit_symbol: Short = ""
    unit_definition: Long = ""
    kind: Literal["measure", "count"] = "measure"
    statistic: Statistic = ""
    span_s: Natural = 0
    expected_interval_s: Natural | None = None
    thing: Short
    sensor: Short
    observed_property: Short
    properties: Properties = Field(default_factory=dict)


class DatasetDescription(Message):
    """Everything about the dataset of one agreement but the rows. ``title`` and ``description`` by language."""

    type: Literal["owl.description"] = "owl.description"
    version: Literal[1] = 1
    agreement: AgreementUid
    owner: Did
    dataset: Short
    title: dict[Literal["de", "en"], Short]
    description: dict[Literal["de", "en"], Long] = Field(default_factory=dict)
    licence: Long = ""
    attribution: Long = ""
    theme: Long = ""
    keywords: tuple[Short, ...] = ()
    contact_email: Short = ""
    terms: Digest | None = None
    onward: bool = False
    things: Annotated[tuple[ThingDescription, ...], Field(max_length=20_000)] = ()
    sensors: Annotated[tuple[SensorDescription, ...], Field(max_length=20_000)] = ()
    observed_properties: Annotated[tuple[ObservedPropertyDescription, ...], Field(max_length=20_000)] = ()
    streams: Annotated[tuple[StreamDescription, ...], Field(max_length=100_000)] = ()

    @model_validator(mode="after")
    def _joined(self) -> Self:
        known = [{one.key for one in part} for part in (self.things, self.sensors, self.observed_properties)]
        counts = [len(self.things), len(self.sensors), len(self.observed_properties)]
        if [len(keys) for keys in known] != counts or len({one.stream for one in self.streams}) != len(self.streams):
            raise ValueError("a thing, sensor, observed property or stream is there twice")
        if any(
            key not in keys
            for one in self.streams
            for key, keys in zip((one.thing, one.sensor, one.observed_property), known, strict=True)
        ):
            raise ValueError("a stream names a thing, sensor or observed property that is not there")
        return self
