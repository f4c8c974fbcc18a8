"""Datasets and their members."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from apps.accounts import services as accounts
from apps.accounts.models import Department
from apps.catalogue import events
from apps.catalogue.errors import ForeignMember, Taken
from apps.catalogue.models import Dataset, DatasetMember
from apps.catalogue.types import PERMISSIONS
from apps.core.errors import Invalid
from apps.sensors.models import Datastream

DESCRIBING = frozenset(
    {"title_de", "title_en", "description_de", "description_en", "licence", "attribution", "theme", "keywords", "contact_email"}
)  # fmt: skip


@transaction.atomic
def create_dataset(
    *,
    identifier: str,
    title_de: str,
    department: Department,
    sensitivity: str,
    title_en: str = "",
    description_de: str = "",
    description_en: str = "",
    **details: Any,
) -> Dataset:
    """A new, empty dataset; its department's group may see it and sign for it in the roles its people hold.

    ``details``: licence, attribution, theme, keywords, contact_email. Raises Invalid naming the field, Taken.
    """
    dataset = Dataset(
        identifier=identifier,
        title_de=title_de,
        title_en=title_en,
        description_de=description_de,
        description_en=description_en,
        department=department,
        sensitivity=sensitivity,
        **_known(details),
    )
    if Dataset.objects.filter(identifier=identifier).exists():
        raise Taken(f"there is a dataset {identifier} already", part="identifier", remedy="choose another identifier")
    _save(dataset)
    for permission in ("view_dataset", *PERMISSIONS.values()):
        accounts.grant(principal=department.group, permission=f"catalogue.{permission}", object=dataset)
    return dataset


@transaction.atomic
def describe_dataset(*, dataset: Dataset, **details: Any) -> Dataset:
    """Change titles, descriptions and the like; never identifier, class or department. Raises Invalid."""
    for name, value in _known(details).items():
        setattr(dataset, name, value)
    _save(dataset)
    return dataset


@transaction.atomic
def set_members(*, dataset: Dataset, datastream_ids: Collection[int]) -> tuple[int, ...]:
    """Make these datastreams the dataset's members; returns their ids, ascending.

    Announces members_changed when something changed. Raises Invalid for an unknown datastream, ForeignMember for a
    replica whose owner does not allow onward sharing (a database trigger holds the same).
    """
    wanted = set(datastream_ids)
    rows = {row.pk: row for row in Datastream.objects.filter(pk__in=wanted)}
    if wanted - set(rows):
        unknown = min(wanted - set(rows))
        raise Invalid(f"there is no datastream {unknown}", part="datastreams", remedy="choose from the sensors' list")
    for row in rows.values():
        if row.origin and not row.onward_allowed:
            raise ForeignMember(
                f"{row.name} belongs to {row.origin}, whose terms forbid onward sharing",
                part="datastreams",
                remedy="ask its owner for terms that allow it",
            )
    present = set(DatasetMember.objects.filter(dataset=dataset).values_list("datastream_id", flat=True))
    added, removed = sorted(wanted - present), sorted(present - wanted)
    DatasetMember.objects.filter(dataset=dataset, datastream_id__in=removed).delete()
    DatasetMember.objects.bulk_create(DatasetMember(dataset=dataset, datastream_id=pk) for pk in added)
    if added or removed:
        events.members_changed.announce(events.MembersChanged(dataset.pk, tuple(added), tuple(removed)))
    return tuple(sorted(wanted))


def _known(details: dict[str, Any]) -> dict[str, Any]:
    unknown: Sequence[str] = sorted(set(details) - DESCRIBING)
    if unknown:
        raise Invalid(
            f"a dataset has no {unknown[0]}", part=unknown[0], remedy=f"known: {', '.join(sorted(DESCRIBING))}"
        )
    return details


def _save(dataset: Dataset) -> None:
    try:
        dataset.full_clean(exclude=["department"])
    except ValidationError as error:
        part, messages = next(iter(error.message_dict.items()))
        raise Invalid(" ".join(messages), part=part) from error
    dataset.save()
