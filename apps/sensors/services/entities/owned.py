"""Finding this city's own entities, to change them or to hang others on them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.db import models
from django.db.models import Q

from apps.core.errors import NotFound, NotPermitted
from apps.sensors import events
from apps.sensors.models import Datastream

M = TypeVar("M", bound=models.Model)


def own(kind: type[M], key: Any, *, part: str = "id") -> M:
    """The row, locked until the transaction ends. Raises NotFound, and NotPermitted when it is somebody else's."""
    found: M | None = kind._default_manager.select_for_update(of=("self",)).filter(pk=key).first()
    if found is None:
        raise NotFound(f"There is no {kind._meta.model_name} {key}.", part=part)
    if getattr(found, "origin", ""):
        raise NotPermitted(f"{kind._meta.model_name} {key} belongs to another city and is read-only here.", part=part)
    return found


def linked(values: Mapping[str, Any], **kinds: type[models.Model]) -> None:
    """See that every ``<name>_id`` given points to an own row; raises like ``own``, naming the link."""
    for name, kind in kinds.items():
        key = values.get(f"{name}_id")
        if key is not None:
            own(kind, key, part=f"{name}_id")


def change(row: models.Model, values: Mapping[str, Any]) -> bool:
    """Save what differs; tells whether anything did."""
    different = [name for name, value in values.items() if getattr(row, name) != value]
    for name in different:
        setattr(row, name, values[name])
    if different:
        row.save(update_fields=[*different, *(["updated_at"] if hasattr(row, "updated_at") else [])])
    return bool(different)


def announce_described(touched: Q) -> None:
    """Tell that these own datastreams read differently now."""
    keys = tuple(Datastream.objects.filter(touched, origin="").order_by("pk").values_list("pk", flat=True))
    if keys:
        events.description_changed.announce(events.DescriptionChanged(keys))
