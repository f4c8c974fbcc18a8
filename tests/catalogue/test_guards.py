"""What the database holds by itself, whatever code writes to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from apps.accounts.models import User
from apps.catalogue import selectors, services
from apps.catalogue.models import Dataset, DatasetMember, ReleaseSignature, TermsVersion
from apps.policies import templates
from apps.sensors import services as sensors
from tests.catalogue.conftest import AT, HERFORD


def refused(statement: str, params: list[str | int]) -> str:
    """Runs a statement that the database must refuse; returns what it says."""
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)
    return str(caught.value)


@pytest.mark.parametrize(
    "change",
    [
        {"terms": {}},
        {"digest": "sha-256:0"},
        {"number": 9},
        {"override_reason": "because"},
        {"dataset_id": 10**9},
        {"created_at": AT},
    ],
)
def test_prepared_terms_do_not_change(bicycles: Dataset, people: dict[str, User], change: dict[str, Any]) -> None:
    draft = services.draft_terms(dataset=bicycles, terms=templates.people())
    prepared = services.prepare(version=draft, user=people["steward"], at=AT)
    with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
        TermsVersion.objects.filter(pk=prepared.pk).update(**change)


@pytest.mark.parametrize("state", ["draft", "prepared"])
def test_released_terms_go_only_forwards(released_bicycles: TermsVersion, state: str) -> None:
    said = refused("UPDATE catalogue_termsversion SET state = %s WHERE id = %s", [state, released_bicycles.pk])
    assert "cannot go from" in said


def test_prepared_terms_stay(released_bicycles: TermsVersion) -> None:
    assert "cannot be deleted" in refused("DELETE FROM catalogue_termsversion WHERE id = %s", [released_bicycles.pk])


def test_nothing_is_in_force_unsigned(bicycles: Dataset, people: dict[str, User]) -> None:
    draft = services.draft_terms(dataset=bicycles, terms=templates.people())
    update = "UPDATE catalogue_termsversion SET state = %s WHERE id = %s"
    assert "signatures" in refused(update, ["prepared", draft.pk])
    services.prepare(version=draft, user=people["steward"], at=AT)
    ReleaseSignature.objects.create(terms_version=draft, role="owner", user=people["owner"])
    assert "gatekeeper" in refused(update, ["released", draft.pk])


def test_terms_begin_as_a_draft(bicycles: Dataset) -> None:
    with pytest.raises(DatabaseError, match="begin as a draft"), transaction.atomic():
        TermsVersion.objects.create(dataset=bicycles, number=1, terms={}, digest="x", state="released")


def test_nobody_signs_twice_even_past_the_service(bicycles: Dataset, people: dict[str, User]) -> None:
    draft = services.draft_terms(dataset=bicycles, terms=templates.people())
    services.prepare(version=draft, user=people["steward"], at=AT)
    for role, name in (("owner", "steward"), ("steward", "owner")):
        with pytest.raises(DatabaseError), transaction.atomic():
            ReleaseSignature.objects.create(terms_version=draft, role=role, user=people[name])


def test_signatures_stay_as_they_are(released_bicycles: TermsVersion, people: dict[str, User]) -> None:
    update = "UPDATE catalogue_releasesignature SET user_id = %s WHERE terms_version_id = %s"
    assert "cannot be changed" in refused(update, [people["all"].pk, released_bicycles.pk])
    delete = "DELETE FROM catalogue_releasesignature WHERE terms_version_id = %s"
    assert "cannot be changed" in refused(delete, [released_bicycles.pk])


def test_the_class_stands_still_while_terms_are_in_force(released_bicycles: TermsVersion) -> None:
    said = refused(
        "UPDATE catalogue_dataset SET sensitivity = 'environment' WHERE id = %s", [released_bicycles.dataset_id]
    )
    assert "class" in said


def test_history_is_not_emptied(released_bicycles: TermsVersion) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL owl.flush = ''")
    assert "not emptied" in refused("TRUNCATE catalogue_releasesignature CASCADE", [])


def test_a_replica_without_leave_cannot_join_past_the_service(air: Dataset, replica: Callable[[bool], int]) -> None:
    with pytest.raises(DatabaseError, match="forbid onward sharing"), transaction.atomic():
        DatasetMember.objects.create(dataset=air, datastream_id=replica(False))


def test_leave_taken_back_takes_the_replica_out_of_every_dataset(air: Dataset, replica: Callable[[bool], int]) -> None:
    services.set_members(dataset=air, datastream_ids=[replica(True)])
    replica(False)
    assert not DatasetMember.objects.filter(dataset=air).exists()
    assert not selectors.datastreams_of(air).exists()


def test_a_purged_replica_leaves_no_membership_behind(air: Dataset, replica: Callable[[bool], int]) -> None:
    pk = replica(True)
    services.set_members(dataset=air, datastream_ids=[pk])
    sensors.purge_replica(datastream_ids=[pk], origin=HERFORD)
    assert not DatasetMember.objects.filter(dataset=air).exists()
