"""Reads of the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet

from apps.catalogue.models import Dataset, TermsVersion
from apps.catalogue.states import TermsState
from apps.catalogue.types import NEEDS_GATEKEEPER, Difference, SignatureRole
from apps.policies import sentences
from apps.policies import terms as language
from apps.policies.sentences import Sentence
from apps.policies.terms import Terms
from apps.sensors.models import Datastream

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from apps.accounts.models import User


def find(identifier: str) -> Dataset | None:
    """The dataset with this identifier, whoever asks; None if there is none."""
    return Dataset.objects.select_related("department").filter(identifier=identifier).first()


def visible_to(principal: User | AnonymousUser | None) -> QuerySet[Dataset]:
    """The datasets a principal may know of; default deny."""
    return Dataset.objects.all().visible_to(principal)


def released(dataset: Dataset) -> TermsVersion | None:
    """The version of terms in force, None while there is none."""
    return TermsVersion.objects.filter(dataset=dataset, state=TermsState.RELEASED).first()


def terms_of(version: TermsVersion) -> Terms:
    """The version's terms. Raises ``policies.errors.UnknownTerm`` if an older node wrote what this one cannot read."""
    return language.parse(version.terms)


def datastreams_of(dataset: Dataset) -> QuerySet[Datastream]:
    """The dataset's datastreams, own and – where the owner's terms allow it – replicated; never internal ones."""
    return Datastream.objects.shareable().filter(memberships__dataset=dataset)


def member_ids(*, visible_to: User | AnonymousUser | None) -> set[int]:
    """The datastreams of all datasets this principal may see; never internal ones."""
    datasets = Dataset.objects.all().visible_to(visible_to).values("pk")
    found = Datastream.objects.shareable().filter(memberships__dataset__in=datasets)
    return set(found.values_list("pk", flat=True))


def public_members() -> list[tuple[tuple[int, ...], dict[str, Any]]]:
    """For each dataset released as public: its datastreams (never internal ones) and its terms as a mapping."""
    versions = TermsVersion.objects.in_force().filter(terms__visibility="public").order_by("dataset_id")
    terms = dict(versions.values_list("dataset_id", "terms"))
    members: dict[int, list[int]] = {pk: [] for pk in terms}
    shared = Datastream.objects.shareable().filter(memberships__dataset__in=terms).order_by("pk")
    for dataset, datastream in shared.values_list("memberships__dataset", "pk"):
        if dataset in members:
            members[dataset].append(datastream)
    return [(tuple(members[pk]), mapping) for pk, mapping in terms.items()]


def sentences_of(version: TermsVersion, language_code: str) -> list[Sentence]:
    """The terms in plain words, ``de`` or ``en``."""
    return sentences.render(terms_of(version), "en" if language_code.startswith("en") else "de")


def missing_signatures(version: TermsVersion) -> list[SignatureRole]:
    """Which roles have yet to sign before the version can take effect, in their order."""
    needed = [SignatureRole.STEWARD, SignatureRole.OWNER]
    if version.dataset.sensitivity in NEEDS_GATEKEEPER:
        needed.insert(1, SignatureRole.GATEKEEPER)
    signed = set(version.signatures.values_list("role", flat=True))
    return [role for role in needed if role not in signed]


def differences_within(dataset: Dataset) -> list[Difference]:
    """Totals that stand beside some of their parts here, as the properties ``total_of`` and ``part_of`` say."""
    return _differences(dataset, dataset)


def differences_across(dataset: Dataset) -> list[Difference]:
    """Totals and parts spread over this and other datasets about people whose terms are in force: a warning.

    Whoever may pull both could subtract; whether anybody may is for the gatekeeper to judge.
    """
    others = Dataset.objects.released().filter(sensitivity__in=NEEDS_GATEKEEPER).exclude(pk=dataset.pk)
    pairs = [pair for other in others for pair in ((dataset, other), (other, dataset))]
    return [found for totals, parts in pairs for found in _differences(totals, parts)]


def _differences(totals: Dataset, parts: Dataset) -> list[Difference]:
    rows = datastreams_of(totals).exclude(external_key="").values_list("origin", "external_key", "properties")
    beside = list(datastreams_of(parts).values_list("origin", "external_key", "properties"))
    found = []
    for origin, total, properties in rows:
        named = _keys((properties or {}).get("total_of"))
        inside = {
            key
            for owner, key, about in beside
            if owner == origin and key != total and (key in named or total in _keys((about or {}).get("part_of")))
        }
        if inside:
            found.append(Difference(total, tuple(sorted(inside)), parts.identifier))
    return found


def _keys(value: object) -> set[str]:
    """What a property names: one external key or several; anything else names nothing."""
    if isinstance(value, str):
        return {value}
    return {str(item) for item in value} if isinstance(value, list) else set()
