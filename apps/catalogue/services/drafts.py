"""Drafting terms and preparing them for release."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max

from apps.accounts.models import User
from apps.catalogue import selectors
from apps.catalogue.errors import Differencing, UnfitTerms
from apps.catalogue.models import Dataset, TermsVersion
from apps.catalogue.services import signing
from apps.catalogue.states import TermsState
from apps.catalogue.types import FLOORS, Floor, Sensitivity, SignatureRole
from apps.core import clock
from apps.core.errors import Invalid
from apps.policies import horizons
from apps.policies import terms as language
from apps.policies.errors import PolicyError
from apps.policies.terms import Terms


@transaction.atomic
def draft_terms(*, dataset: Dataset, terms: Mapping[str, Any] | Terms, override_reason: str = "") -> TermsVersion:
    """A new draft version with the next number. Raises Invalid naming the clause that is not understood."""
    try:
        parsed = terms if isinstance(terms, Terms) else language.parse(terms)
    except PolicyError as error:
        raise Invalid(error.message, code="unknown-term", part=error.part, remedy=error.remedy) from error
    Dataset.objects.select_for_update().get(pk=dataset.pk)
    last = TermsVersion.objects.filter(dataset=dataset).aggregate(last=Max("number"))["last"] or 0
    return TermsVersion.objects.create(
        dataset=dataset,
        number=last + 1,
        terms=parsed.to_mapping(),
        digest=parsed.digest(),
        override_reason=override_reason,
    )


@transaction.atomic
def prepare(*, version: TermsVersion, user: User, at: datetime | None = None) -> TermsVersion:
    """The steward signs the draft; from now on it is immutable.

    Raises NotPermitted, WrongState, UnfitTerms when the terms are finer than the class allows and no reason is on
    record, Differencing when a total stands beside its parts, Invalid for a dataset without datastreams.
    """
    moment = at or clock.now()
    row = signing.locked(version)
    signing.require_step(row, TermsState.PREPARED)
    signing.require_right(row, SignatureRole.STEWARD, user)
    require_fit(row)
    require_no_differencing(row.dataset)
    signing.sign(row, SignatureRole.STEWARD, user, at=moment)
    row.state = TermsState.PREPARED
    row.save(update_fields=["state", "updated_at"])
    return row


def require_fit(version: TermsVersion) -> None:
    """Raises UnfitTerms when the terms are finer than the dataset's class allows outside the city."""
    terms = selectors.terms_of(version)
    floor = FLOORS.get(Sensitivity(version.dataset.sensitivity))
    if floor is None or terms.visibility == "internal" or version.override_reason.strip():
        return
    for part, fits, wanted in _comparisons(terms, floor):
        if not fits:
            raise UnfitTerms(
                f"data of the class {version.dataset.sensitivity} need {wanted}",
                part=part,
                remedy="choose coarser terms, or record the reason for an exception",
            )


def require_no_differencing(dataset: Dataset) -> None:
    """Raises Invalid for an empty dataset, Differencing for people's counts with a total beside its parts."""
    keys = dict(selectors.datastreams_of(dataset).values_list("external_key", "properties"))
    if not keys:
        raise Invalid("the dataset holds no datastream", part="datastreams", remedy="choose at least one")
    if dataset.sensitivity not in {Sensitivity.PEOPLE, Sensitivity.SENSITIVE}:
        return
    for key, properties in keys.items():
        parts = set((properties or {}).get("total_of", [])) & set(keys)
        if parts:
            raise Differencing(
                f"{key} is the total of {', '.join(sorted(parts))}: subtracting would undo the suppression",
                part="datastreams",
                remedy="keep either the total or its parts",
            )


def _comparisons(terms: Terms, floor: Floor) -> list[tuple[str, bool, str]]:
    bucket = timedelta(microseconds=horizons.bucket_us(terms) or 0)
    return [
        ("resolution", bucket >= floor.bucket, f"a resolution of {floor.bucket} or coarser"),
        ("delay", terms.delay >= floor.delay, f"a delay of {floor.delay} or more"),
        ("grid_m", (terms.grid_m or 0) >= floor.grid_m, f"places on a grid of {floor.grid_m} m or coarser"),
        (
            "suppress_below",
            (terms.suppress_below or 0) >= floor.suppress_below,
            f"counts below {floor.suppress_below} suppressed",
        ),
    ]
