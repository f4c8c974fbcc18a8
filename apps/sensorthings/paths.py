"""Resource paths (OGC 18-088, section 9.2): from text to steps over entities, pure Python; wrong chains: NotFound."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from apps.core.errors import NotFound
from apps.sensorthings.entities import SETS, EntityType, Kind, Navigation, Property, target_of

ACTIONS = ("CreateObservations", "$batch")
MAX_STEPS = 12
MAX_ID = (1 << 63) - 1
_SEGMENT = re.compile(r"([A-Za-z]+)(?:\((-?\d{1,19})\))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Step:
    """One entity or collection on the way: ``Things(1)``, ``Datastreams``, ``Thing``.

    ``navigation`` leads here from the step before (None for the first); ``id`` is None for a whole collection and for a
    to-one relation.
    """

    entity: EntityType
    navigation: Navigation | None = None
    id: int | None = None

    @property
    def is_collection(self) -> bool:
        """Whether this stands for many entities."""
        return self.id is None and (self.navigation is None or self.navigation.many)


@dataclass(frozen=True, slots=True)
class Path:
    """A parsed path. No steps and no action: the landing page.

    ``prop`` with ``inside`` – the names below it, in JSON – and ``value`` for ``…/$value``; ``ref`` for ``…/$ref``;
    ``action`` for a path that is no resource: ``CreateObservations``, ``$batch``.
    """

    text: str
    steps: tuple[Step, ...] = ()
    prop: Property | None = None
    inside: tuple[str, ...] = ()
    value: bool = False
    ref: bool = False
    action: str = ""

    @property
    def is_root(self) -> bool:
        """Whether this is the landing page."""
        return not self.steps and not self.action

    @property
    def last(self) -> Step:
        """The step asked for. Raises IndexError for the landing page and actions."""
        return self.steps[-1]

    @property
    def is_collection(self) -> bool:
        """Whether many entities are asked for."""
        return self.prop is None and self.last.is_collection

    @property
    def is_entity(self) -> bool:
        """Whether one whole entity is asked for."""
        return bool(self.steps) and self.prop is None and not self.ref and not self.last.is_collection


def parse(text: str) -> Path:
    """The path below the API's root, with or without slashes around. Raises NotFound naming the segment at fault."""
    segments = [unquote(segment) for segment in text.strip("/").split("/")] if text.strip("/") else []
    if not segments:
        return Path(text)
    if segments[0] in ACTIONS:
        if len(segments) > 1:
            raise _nothing(segments[1], f"{segments[0]} has nothing below it.")
        return Path(text, action=segments[0])
    if len(segments) > MAX_STEPS:
        raise _nothing(segments[MAX_STEPS], f"A path has at most {MAX_STEPS} parts.")
    return _Walk(text, segments).path()


@dataclass(slots=True)
class _Walk:
    """Reads the segments of one path from left to right."""

    text: str
    segments: list[str]

    def path(self) -> Path:
        """The parsed path."""
        steps = [self._first(self.segments[0])]
        for place, segment in enumerate(self.segments[1:], start=1):
            step = self._next(steps[-1], segment)
            if step is None:
                return self._tail(tuple(steps), self.segments[place:])
            steps.append(step)
        return Path(self.text, tuple(steps))

    def _first(self, segment: str) -> Step:
        name, key = _split(segment)
        entity = SETS.get(name)
        if entity is None:
            raise _nothing(segment, f"There is no entity set “{name}”; there are {', '.join(SETS)}.")
        return Step(entity, None, key)

    def _next(self, step: Step, segment: str) -> Step | None:
        """The step over a relation; None when the segment is something else."""
        match = _SEGMENT.fullmatch(segment)
        navigation = step.entity.navigations.get(match[1]) if match else None
        if match is None or navigation is None:
            return None
        if step.is_collection:
            raise _nothing(segment, f"{step.entity} is a collection; name one of its entities by (id) first.")
        if match[2] is not None and not navigation.many:
            raise _nothing(segment, f"{navigation.name} is one entity and takes no id.")
        return Step(target_of(navigation), navigation, _id(match[2], segment))

    def _tail(self, steps: tuple[Step, ...], rest: list[str]) -> Path:
        first, *inner = rest
        step = steps[-1]
        if first == "$ref" and not inner:
            return Path(self.text, steps, ref=True)
        name = "id" if first == "@iot.id" else first
        found = step.entity.properties.get(name)
        if found is None or step.is_collection:
            raise _nothing(first, f"{step.entity} has nothing called “{first}” here.")
        value = bool(inner) and inner[-1] == "$value"
        inside = tuple(inner[:-1] if value else inner)
        if inside and found.kind not in (Kind.JSON, Kind.GEOMETRY, Kind.RESULT):
            raise _nothing(inside[0], f"{found.name} has no parts.")
        return Path(self.text, steps, prop=found, inside=inside, value=value)


def _split(segment: str) -> tuple[str, int | None]:
    match = _SEGMENT.fullmatch(segment)
    if match is None:
        raise _nothing(segment, "This is no entity set and no entity.")
    return match[1], _id(match[2], segment)


def _id(text: str | None, segment: str) -> int | None:
    if text is None:
        return None
    number = int(text)
    if not 0 <= number <= MAX_ID:
        raise _nothing(segment, "There is no entity of this id.")
    return number


def _nothing(part: str, message: str) -> NotFound:
    return NotFound(message, part=part[:200])
