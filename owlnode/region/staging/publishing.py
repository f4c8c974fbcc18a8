"""Datasets of a demo node: built from its sensors, released by three people, offered to its peers."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Q

from apps.agreements import services as agreements
from apps.catalogue import selectors as catalogue_read
from apps.catalogue import services as catalogue
from apps.catalogue.models import Dataset
from apps.catalogue.types import Sensitivity
from apps.sensors.models import Datastream
from owlnode.region import plan
from owlnode.region.staging import people

MUENSTER = "Datenlizenz Deutschland – Namensnennung 2.0; Stadt Münster; Aufzeichnung aus Münster"
NAMED, ZERO = "https://www.govdata.de/dl-de/by-2-0", "https://www.govdata.de/dl-de/zero-2-0"


def publish(*, recorded: bool) -> dict[str, int]:
    """Make, release and offer what the plan says; twice is the same as once, but for new sensors that joined.

    Returns the number of datastreams of each dataset.
    """
    return {share.slug: _publish(share) for share in plan.shares(settings.NODE.city, recorded=recorded)}


def has_streams(*, recorded: bool) -> bool:
    """Whether every dataset of the plan would hold a datastream by now."""
    return all(_streams(share) for share in plan.shares(settings.NODE.city, recorded=recorded))


def _publish(share: plan.Share) -> int:
    dataset = catalogue_read.find(share.slug) or _create(share)
    members = list(_streams(share))
    catalogue.set_members(dataset=dataset, datastream_ids=members)
    if catalogue_read.released(dataset) is None:
        _release(dataset, share)
    return len(members)


def _create(share: plan.Share) -> Dataset:
    simulated = share.keys[0].startswith("simulator/")
    return catalogue.create_dataset(
        identifier=share.slug,
        title_de=share.title_de,
        title_en=share.title_en,
        department=people.department(),
        sensitivity=share.sensitivity,
        theme=share.theme,
        attribution="Simulator – keine Messung" if simulated else MUENSTER,
        licence=ZERO if simulated else NAMED,
    )


def _streams(share: plan.Share) -> list[int]:
    wanted = Q()
    for key in share.keys:
        wanted |= Q(external_key__startswith=key)
    found: list[int] = list(Datastream.objects.filter(wanted, origin="").order_by("id").values_list("id", flat=True))
    return found


def _release(dataset: Dataset, share: plan.Share) -> None:
    version = catalogue.draft_terms(dataset=dataset, terms=share.clauses)
    version = catalogue.prepare(version=version, user=people.person("steward"))
    if share.sensitivity in {Sensitivity.PEOPLE, Sensitivity.SENSITIVE}:
        version = catalogue.gate(version=version, user=people.person("gatekeeper"))
    version = catalogue.release(version=version, user=people.person("owner"))
    agreements.publish_offer(
        dataset=dataset, terms_version=version, user=people.person("owner"), standing=share.standing
    )
