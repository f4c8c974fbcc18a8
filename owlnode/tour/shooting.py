"""What every scene needs: the region, the people who look at it, and the camera."""

from __future__ import annotations

from dataclasses import dataclass

from owlnode.region.engine import Engine
from owlnode.tour.camera import Camera
from owlnode.tour.visitors import Visitors

BIELEFELD, HERFORD, DETMOLD = "bielefeld", "herford", "detmold"
CITIES = (BIELEFELD, HERFORD, DETMOLD)
"""As few as the pictures need: an owner, a city that asks, and one that receives and has to delete."""
BICYCLES = "bielefeld-radverkehr"


@dataclass(frozen=True)
class Shooting:
    """One run of the tour."""

    engine: Engine
    visitors: Visitors
    camera: Camera
