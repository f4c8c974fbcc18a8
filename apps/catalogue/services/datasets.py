"""Datasets and their members."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts import services as accounts
from apps.accounts.models import Department, User
from apps.catalogue import events
from apps.catalogue.errors import ForeignMember, Taken
from apps.catalogue.models import Dataset, DatasetMember, TermsVersion
from apps.catalogue.services import fitness, signing
from apps.catalogue.states import TermsState
from apps.catalogue.types import PERMISSIONS, SignatureRole
from apps.core.errors import Invalid
from apps.sensors.models import Datastream

DESCRIBING = frozenset(
    {
        "title_de",
        "title_en",
        "description_de",
        "description_en",
        "licence",
        "attribution",
        "theme",
        "keywords",
        "contact_email",
        "accrual",
    }
)


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
        raise Taken(
            _("There is a dataset %s already.") % identifier, part="identifier", remedy=_("Choose another identifier.")
        )
    _save(dataset)
    for permission in ("view_dataset", *PERMISSIONS.values()):
        accounts.grant(principal=department.group, permission=f"catalogue.{permission}", object=dataset)
    return dataset


def start_dataset(*, user: User, department: Department, **details: Any) -> Dataset:
    """``create_dataset`` by a person: a steward of that department. Raises NotPermitted, else like it."""
    signing.require_right(TermsVersion(dataset=Dataset(department=department)), SignatureRole.STEWARD, user, new=True)
    return create_dataset(department=department, **details)


@transaction.atomic
def describe_dataset(*, dataset: Dataset, user: User | None = None, **details: Any) -> Dataset:
    """Change titles, descriptions and the like; never identifier, class or department.

    ``user`` None is the node itself. Raises Invalid, NotPermitted for anybody but a steward.
    """
    if user is not None:
        signing.require_right(TermsVersion(dataset=dataset), SignatureRole.STEWARD, user)
    for name, value in _known(details).items():
        setattr(dataset, name, value)
    _save(dataset)
    return dataset


@transaction.atomic
def set_members(*, dataset: Dataset, datastream_ids: Collection[int], user: User | None = None) -> tuple[int, ...]:
    """Make these datastreams the dataset's members; returns their ids, ascending.

    Announces members_changed when something changed. While terms are prepared or in force the release's rules hold
    for the new members, too, and it takes the owner. ``user`` None is the node itself. Raises NotPermitted, Invalid for
    an unknown or internal datastream, ForeignMember for a replica whose owner does not allow onward sharing (a
    database trigger holds the same), Differencing, UnfitTerms.
    """
    Dataset.objects.select_for_update(of=("self",)).get(pk=dataset.pk)
    wanted = set(datastream_ids)
    bound = list(TermsVersion.objects.filter(dataset=dataset, state__in=(TermsState.PREPARED, TermsState.RELEASED)))
    if user is not None:
        role = SignatureRole.OWNER if bound else SignatureRole.STEWARD
        signing.require_right(TermsVersion(dataset=dataset), role, user)
    _require_shareable(wanted)
    present = set(DatasetMember.objects.filter(dataset=dataset).values_list("datastream_id", flat=True))
    added, removed = sorted(wanted - present), sorted(present - wanted)
    DatasetMember.objects.filter(dataset=dataset, datastream_id__in=removed).delete()
    DatasetMember.objects.bulk_create(DatasetMember(dataset=dataset, datastream_id=pk) for pk in added)
    if bound:
        fitness.require_no_differencing(dataset)
        for version in bound:
            fitness.require_own_where_public(version)
    if added or removed:
        events.members_changed.announce(events.MembersChanged(dataset.pk, tuple(added), tuple(removed)))
    return tuple(sorted(wanted))


def _require_shareable(wanted: set[int]) -> None:
    rows = {row.pk: row for row in Datastream.objects.filter(pk__in=wanted)}
    if wanted - set(rows):
        raise Invalid(
            _("There is no datastream %d.") % min(wanted - set(rows)),
            part="datastreams",
            remedy=_("Choose from the list of sensors."),
        )
    for row in rows.values():
        if row.is_internal:
            raise Invalid(_("%s is for internal use only.") % row.name, part="datastreams", remedy=_("Leave it out."))
        if row.origin and not row.onward_allowed:
            raise ForeignMember(
                _("%(name)s belongs to %(origin)s, whose terms forbid sharing onward.")
                % {"name": row.name, "origin": row.origin},
                part="datastreams",
                remedy=_("Ask its owner for terms that allow it."),
            )


def _known(details: dict[str, Any]) -> dict[str, Any]:
    unknown: Sequence[str] = sorted(set(details) - DESCRIBING)
    if unknown:
        raise Invalid(_("A dataset has no %s.") % unknown[0], part=unknown[0], remedy=", ".join(sorted(DESCRIBING)))
    return details


def _save(dataset: Dataset) -> None:
    try:
        dataset.full_clean(exclude=["department"])
    except ValidationError as error:
        part, messages = next(iter(error.message_dict.items()))
        raise Invalid(" ".join(messages), part=part) from error
    dataset.save()
