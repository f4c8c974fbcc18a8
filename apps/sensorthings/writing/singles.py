"""A single observation in a body: the row to be written, if it makes nothing else on its way."""

from __future__ import annotations

from typing import Any

from apps.core import clock
from apps.core.errors import Invalid
from apps.sensors.types import micros
from apps.sensorthings.entities import FEATURE_OFFSET, OBSERVATIONS
from apps.sensorthings.paths import Path
from apps.sensorthings.writing import creating
from apps.sensorthings.writing.drafts import Draft


def row(draft: Draft, path: Path) -> dict[str, Any] | None:
    """The row of an observation that only links to what is there; None for one that makes more on its way.

    Raises Invalid for one without a datastream, in the body or in the path.
    """
    links: dict[str, int] = {}
    for name, found in draft.links.items():
        if not isinstance(found[0], int) or found[0] >= FEATURE_OFFSET:
            return None
        links[f"{OBSERVATIONS.navigations[name].field}_id"] = found[0]
    if len(path.steps) == 2 and path.steps[0].entity.name == "Datastreams" and path.steps[0].id is not None:
        links["datastream_id"] = path.steps[0].id
    elif len(path.steps) > 1:
        return None
    if "datastream_id" not in links:
        raise Invalid("An observation needs its Datastream.", part="Datastream")
    return creating.row(draft.properties, links, micros(clock.now()))
