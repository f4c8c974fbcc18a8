"""Reads of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from apps.accounts import selectors as accounts
from apps.accounts import types as account_types
from apps.catalogue.models import Dataset, TermsVersion
from apps.catalogue.states import TermsState
from apps.catalogue.types import NEEDS_GATEKEEPER, Difference, Member, SignatureRole
from apps.core.errors import NotFound
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


def shown(principal: User, identifier: str) -> Dataset:
    """The dataset of this identifier, if the principal may know of it. Raises NotFound, alike for none and hidden."""
    found: Dataset | None = (
        visible_to(principal).select_related("department__group").filter(identifier=identifier).first()
    )
    if found is None:
        raise NotFound(_("There is no dataset %s for you to see.") % identifier, part="dataset")
    return found


def versions(dataset: Dataset) -> QuerySet[TermsVersion]:
    """All versions of its terms with their signatures and the people who signed, the newest first."""
    rows = TermsVersion.objects.filter(dataset=dataset).select_related("dataset__department")
    return rows.prefetch_related("signatures__user").order_by("-number")


def version(dataset: Dataset, number: int) -> TermsVersion:
    """One version of its terms. Raises NotFound."""
    found: TermsVersion | None = versions(dataset).filter(number=number).first()
    if found is None:
        raise NotFound(_("This dataset has no version %d of its terms.") % number, part="version")
    return found


def waiting_for(user: User) -> list[tuple[TermsVersion, SignatureRole]]:
    """Prepared versions whose next signature this person may give, each with the role; who signed one is left out."""
    duties = accounts.duties_of(user)
    rows = TermsVersion.objects.waiting().select_related("dataset__department").prefetch_related("signatures")
    found = []
    for row in rows.order_by("-updated_at"):
        missing = _missing(row, {signature.role for signature in row.signatures.all()})
        held = {account_types.Role(missing[0].value)} if missing else set()
        places = {place for role, place in duties if role in held}
        if places & {None, row.dataset.department_id} and all(one.user_id != user.pk for one in row.signatures.all()):
            found.append((row, missing[0]))
    return found


def standing(principal: User) -> QuerySet[Dataset]:
    """The datasets a principal may know of with ``streams`` (how many), and the number and state of their terms.

    ``in_force`` and ``waiting`` are version numbers, None where there is none; ``visibility`` is that of the terms in
    force.
    """
    rows = TermsVersion.objects.filter(dataset=OuterRef("pk")).order_by("-number")
    force, prepared = rows.filter(state=TermsState.RELEASED), rows.filter(state=TermsState.PREPARED)
    return (
        visible_to(principal)
        .select_related("department")
        .annotate(
            streams=Count("memberships", distinct=True),
            in_force=Subquery(force.values("number")[:1]),
            visibility=Subquery(force.values("terms__visibility")[:1]),
            waiting=Subquery(prepared.values("number")[:1]),
        )
        .order_by("identifier")
    )


def terms_of(version: TermsVersion) -> Terms:
    """The version's terms. Raises ``policies.errors.UnknownTerm`` if an older node wrote what this one cannot read."""
    return language.parse(version.terms)


def datastreams_of(dataset: Dataset) -> QuerySet[Datastream]:
    """The dataset's datastreams, own and – where the owner's terms allow it – replicated; never internal ones."""
    return Datastream.objects.shareable().filter(memberships__dataset=dataset)


def whole_for(principal: User | AnonymousUser | None) -> QuerySet[Dataset]:
    """The datasets whose every reading this principal may see, whatever their terms let others see; default deny."""
    return Dataset.objects.all().whole_for(principal)


def terms_in_force(dataset_ids: Iterable[int] | None = None) -> QuerySet[TermsVersion]:
    """The versions in force, of these datasets or of all; at most one each."""
    versions = TermsVersion.objects.in_force()
    return versions if dataset_ids is None else versions.filter(dataset__in=list(dataset_ids))


def public_terms() -> QuerySet[TermsVersion]:
    """The versions in force that say public, by dataset; whether they still hold (expiry) is for the reader to ask."""
    return TermsVersion.objects.in_force().filter(terms__visibility="public").order_by("dataset_id")


def members(dataset_ids: Iterable[int]) -> list[Member]:
    """The datastreams of these datasets with what their counters say, by dataset and id; never internal ones."""
    found = Datastream.objects.shareable().filter(memberships__dataset__in=list(dataset_ids))
    fields = [
        "memberships__dataset",
        "pk",
        "origin",
        "kind",
        "expected_interval_s",
        "observed_property__name",
        "observed_property__definition",
        "state__observation_count",
        "state__first_time",
        "state__last_time",
        "properties__source",
    ]
    wanted = set(dataset_ids)
    rows = found.order_by("memberships__dataset", "pk").values_list(*fields)
    return [Member(*row) for row in rows if row[0] in wanted]


def own_members(dataset_ids: Iterable[int]) -> list[tuple[int, int]]:
    """The pairs (dataset, datastream) of this city's own datastreams in these datasets; never internal ones.

    Asked for every answer to everybody, hence pairs and nothing else: times alone cost four times as much.
    """
    wanted = set(dataset_ids)
    found = Datastream.objects.shareable().own().filter(memberships__dataset__in=wanted)
    rows = found.order_by("memberships__dataset", "pk").values_list("memberships__dataset", "pk")
    return [(dataset, datastream) for dataset, datastream in rows if dataset in wanted]


def matching(text: str) -> dict[int, float]:
    """The datasets whose words match, by primary key, with a rank (greater is better); German stems, ä = ae = a.

    Several words must all be there; a word also matches inside a compound (``Güte`` in ``Gewässergüte``).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT d.id, ts_rank(catalogue_words(d.title_de, d.title_en, d.keywords, d.description_de,
                                                 d.description_en, d.identifier), catalogue_query(%(text)s))
              FROM catalogue_dataset d
             WHERE catalogue_words(d.title_de, d.title_en, d.keywords, d.description_de, d.description_en,
                                   d.identifier) @@ catalogue_query(%(text)s)
                OR catalogue_contains(concat_ws(' ', d.title_de, d.title_en, array_to_string(d.keywords, ' '),
                                                d.description_de, d.description_en), %(text)s)
            """,
            {"text": text},
        )
        return dict(cursor.fetchall())


def versions_of(identifier: str) -> list[TermsVersion]:
    """All versions of a dataset's terms that ever were in force, the newest first."""
    found = TermsVersion.objects.filter(dataset__identifier=identifier, released_at__isnull=False)
    return list(found.select_related("dataset").order_by("-number"))


def sentences_of(version: TermsVersion, language_code: str) -> list[Sentence]:
    """The terms in plain words, ``de`` or ``en``."""
    return sentences.render(terms_of(version), "en" if language_code.startswith("en") else "de")


def missing_signatures(version: TermsVersion) -> list[SignatureRole]:
    """Which roles have yet to sign before the version can take effect, in their order."""
    return _missing(version, set(version.signatures.values_list("role", flat=True)))


def _missing(version: TermsVersion, signed: set[str]) -> list[SignatureRole]:
    needed = [SignatureRole.STEWARD, SignatureRole.OWNER]
    if version.dataset.sensitivity in NEEDS_GATEKEEPER:
        needed.insert(1, SignatureRole.GATEKEEPER)
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
