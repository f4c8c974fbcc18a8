"""A release of a demo node that is still on its way: prepared by the steward, waiting for the others."""

from __future__ import annotations

from apps.catalogue import selectors as catalogue_read
from apps.catalogue import services as catalogue
from apps.catalogue.models import TermsVersion
from owlnode.region.staging import people


def sharpen(*, dataset: str) -> int:
    """The steward prepares stricter terms for a dataset: counts below five are suppressed; the version's number."""
    found = catalogue_read.find(dataset)
    released = None if found is None else catalogue_read.released(found)
    if found is None or released is None:
        raise LookupError(f"no terms of {dataset} are in force")
    prepared = TermsVersion.objects.filter(dataset=found, state="prepared").first()
    if prepared is None:
        version = catalogue.draft_terms(dataset=found, terms={**released.terms, "suppress_below": 5})
        prepared = catalogue.prepare(version=version, user=people.person("steward"))
    number: int = prepared.number
    return number
