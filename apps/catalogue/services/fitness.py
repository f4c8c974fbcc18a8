"""Whether terms and members are fit to be released: not finer than the class allows, and safe against subtraction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from apps.catalogue import selectors
from apps.catalogue.errors import Differencing, UnfitTerms
from apps.catalogue.models import Dataset, TermsVersion
from apps.catalogue.types import FLOORS, NEEDS_GATEKEEPER, Floor, Sensitivity
from apps.core.errors import Invalid
from apps.policies import durations, horizons
from apps.policies.terms import Terms


def require_fit(version: TermsVersion) -> None:
    """Raises UnfitTerms when the terms are finer than the dataset's class allows outside the city.

    A reason recorded with the version lets them pass: it is part of what is signed.
    """
    terms = selectors.terms_of(version)
    floor = FLOORS.get(Sensitivity(version.dataset.sensitivity))
    if floor is None or terms.visibility == "internal" or version.override_reason.strip():
        return
    for part, wanted in _shortfalls(terms, floor):
        raise UnfitTerms(
            _("Data of the class “%(sensitivity)s” need %(wanted)s.")
            % {"sensitivity": version.dataset.get_sensitivity_display(), "wanted": wanted},
            part=part,
            remedy=_("Choose coarser terms, or record the reason for an exception."),
        )


def require_members(dataset: Dataset) -> None:
    """Raises Invalid when the dataset has no datastream that may be shared."""
    if not selectors.datastreams_of(dataset).exists():
        raise Invalid(
            _("The dataset holds no datastream that may be shared."),
            part="datastreams",
            remedy=_("Choose at least one."),
        )


def require_own_where_public(version: TermsVersion) -> None:
    """Raises UnfitTerms for public terms over a replica: its owner allows sharing with peers, not with everybody."""
    is_public = selectors.terms_of(version).visibility == "public"
    if is_public and selectors.datastreams_of(version.dataset).exclude(origin="").exists():
        raise UnfitTerms(
            _("The dataset holds another city’s data; these may be shared onward with peers only."),
            part="visibility",
            remedy=_("Choose the visibility “peers”, or take the replicas out."),
        )


def require_no_differencing(dataset: Dataset) -> None:
    """Raises Differencing when a dataset about people holds a total beside its parts."""
    if dataset.sensitivity not in NEEDS_GATEKEEPER:
        return
    for found in selectors.differences_within(dataset):
        raise Differencing(
            _("%(total)s is the total of %(parts)s: subtracting would give suppressed counts away.")
            % {"total": found.total, "parts": ", ".join(found.parts)},
            part="datastreams",
            remedy=_("Keep either the total or its parts."),
        )


def _shortfalls(terms: Terms, floor: Floor) -> Iterator[tuple[str, str]]:
    bucket = timedelta(microseconds=horizons.bucket_us(terms) or 0)
    if not floor.shared:
        yield "visibility", _("to stay inside the city (visibility “internal”)")
    if bucket < floor.bucket:
        yield "resolution", _("a resolution of %s or coarser") % durations.render(floor.bucket)
    if not floor.singles and {"min", "max"} & set(terms.statistics):
        yield "statistics", _("statistics without minimum and maximum, which are single readings")
    if terms.delay < floor.delay:
        yield "delay", _("a delay of %s or more") % durations.render(floor.delay)
    if (terms.grid_m or 0) < floor.grid_m:
        yield "grid_m", _("places on a grid of %d m or coarser") % floor.grid_m
    if (terms.suppress_below or 0) < floor.suppress_below:
        yield "suppress_below", _("counts below %d suppressed") % floor.suppress_below
