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

ZERO = "http://dcat-ap.de/def/licenses/cc-zero"
BY_NAME = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
MUENSTER = "Datenlizenz Deutschland – Namensnennung 2.0; Stadt Münster; Aufzeichnung aus Münster"


def publish(*, recorded: bool) -> dict[str, int]:
    """Make, release and offer what the plan says; twice is the same as once, but for new sensors that joined.

    Returns the number of datastreams of each dataset.
    """
    counts = {share.slug: _publish(share) for share in plan.shares(settings.NODE.city, recorded=recorded)}
    _exhibit()
    return counts


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


def _exhibit() -> None:
    """Show the plan's simulated sensors on the page "Sensors to touch"; their names say that they are simulated."""
    prefix = f"simulator/{settings.NODE.city}/"
    wanted = {f"{prefix}{key}": (at, german, english) for at, (key, german, english) in enumerate(plan.EXHIBITS)}
    found = Datastream.objects.filter(origin="", external_key__in=wanted)
    for pk, key in found.values_list("pk", "external_key"):
        at, german, english = wanted[key]
        catalogue.choose(datastream_id=pk, sentence_de=german, sentence_en=english, position=at)


def _create(share: plan.Share) -> Dataset:
    simulated = share.keys[0].startswith("simulator/")
    return catalogue.create_dataset(
        identifier=share.slug,
        title_de=share.title_de,
        title_en=share.title_en,
        department=people.department(),
        sensitivity=share.sensitivity,
        theme=share.theme,
        licence=ZERO if simulated else BY_NAME,
        description_de=_description(share, simulated)[0],
        description_en=_description(share, simulated)[1],
        attribution="Simulator – keine Messung" if simulated else MUENSTER,
    )


def _description(share: plan.Share, simulated: bool) -> tuple[str, str]:
    if simulated:
        return (
            "Errechnete Werte mit glaubhaftem Tages- und Jahresgang, fortlaufend; keine Messungen.",
            "Computed values with a plausible daily and yearly course, continuously; no measurements.",
        )
    return (
        f"Aufzeichnung aus Münster, hier als Stellvertreter gezeigt; nicht in {settings.NODE.city_name} gemessen.",
        f"Recording from Münster, shown here as a stand-in; not measured in {settings.NODE.city_name}.",
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
