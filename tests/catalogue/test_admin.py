"""Operator screens of the catalogue: everything goes through the services, and their refusals are said."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from apps.accounts import services as accounts
from apps.accounts.models import Department, User
from apps.accounts.types import Role
from apps.catalogue import selectors, services
from apps.catalogue.models import Dataset, DatasetMember, ReleaseSignature, TermsVersion
from apps.policies import templates

LIST = "admin:catalogue_termsversion_changelist"


def browser(user: User) -> Client:
    """The browser of somebody who may open all screens; roles are another matter."""
    user.is_staff = user.is_superuser = True
    user.save()
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


def act(user: User, action: str, version: TermsVersion) -> str:
    """Choose an action in the list of terms; returns what the screen says."""
    answer = browser(user).post(reverse(LIST), {"action": action, "_selected_action": [version.pk]})
    return said(answer)


def said(answer: Any) -> str:
    """The messages of a page."""
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


@pytest.fixture
def root(db: None) -> Client:
    """An administrator's browser; an administrator holds no signing role."""
    return browser(accounts.create_person(username="root", password=None))


def test_every_screen_opens(root: Client, released_bicycles: TermsVersion) -> None:
    rows = {
        "dataset": released_bicycles.dataset,
        "datasetmember": DatasetMember.objects.earliest("pk"),
        "termsversion": released_bicycles,
        "releasesignature": ReleaseSignature.objects.earliest("pk"),
    }
    for model, row in rows.items():
        assert root.get(reverse(f"admin:catalogue_{model}_changelist"), {"q": "rad"}).status_code == 200, model
        assert root.get(reverse(f"admin:catalogue_{model}_change", args=[row.pk])).status_code == 200, model
    for model in ("dataset", "termsversion"):
        assert root.get(reverse(f"admin:catalogue_{model}_add")).status_code == 200, model
    page = root.get(reverse("admin:catalogue_termsversion_change", args=[released_bicycles.pk])).content.decode()
    assert "Small counts from 1 to 2 are suppressed" in page


def test_three_people_release_by_actions(bicycles: Dataset, people: dict[str, User]) -> None:
    version = services.draft_terms(dataset=bicycles, terms=templates.people())
    for action, name in (("prepare", "steward"), ("gate", "gatekeeper"), ("release", "owner")):
        assert "radverkehr v1" in act(people[name], action, version)
    assert selectors.released(bicycles) == version
    act(people["owner"], "withdraw", version)
    assert selectors.released(bicycles) is None


def test_a_refusal_is_said_and_changes_nothing(bicycles: Dataset, people: dict[str, User]) -> None:
    version = services.draft_terms(dataset=bicycles, terms=templates.people())
    assert "steward" in act(people["owner"], "prepare", version)
    version.refresh_from_db()
    assert version.state == "draft"


def test_a_steward_drafts_the_terms_a_class_begins_with(bicycles: Dataset, people: dict[str, User]) -> None:
    steward = browser(people["steward"])
    add = reverse("admin:catalogue_termsversion_add")
    inline = {"signatures-TOTAL_FORMS": "0", "signatures-INITIAL_FORMS": "0"}
    steward.post(add, {"dataset": bicycles.pk, "terms": "", "override_reason": "", **inline})
    assert selectors.terms_of(TermsVersion.objects.get(dataset=bicycles)) == templates.people()
    refused = steward.post(
        add, {"dataset": bicycles.pk, "terms": '{"colour": "blue"}', "override_reason": "", **inline}
    )
    assert "clause" in said(refused)
    assert TermsVersion.objects.filter(dataset=bicycles).count() == 1


def test_datasets_are_made_and_described_by_the_services(
    people: dict[str, User], department: Department, streams: dict[str, int]
) -> None:
    steward = browser(people["steward"])
    inline = {"terms_versions-TOTAL_FORMS": "0", "terms_versions-INITIAL_FORMS": "0"}
    given = {
        "identifier": "neu",
        "department": department.pk,
        "sensitivity": "environment",
        "title_de": "Neu",
        "datastreams": [streams["street"]],
        **inline,
    }
    assert steward.post(reverse("admin:catalogue_dataset_add"), given).status_code == 302
    made = selectors.find("neu")
    assert made is not None
    assert accounts.may(people["steward"], "catalogue.view_dataset", made)
    assert [one.pk for one in selectors.datastreams_of(made)] == [streams["street"]]
    steward.post(
        reverse("admin:catalogue_dataset_change", args=[made.pk]),
        {"title_de": "Anders", "datastreams": [streams["street"], streams["in"]], **inline},
    )
    made.refresh_from_db()
    assert made.title_de == "Anders"
    assert selectors.datastreams_of(made).count() == 2


def test_members_in_force_are_not_the_stewards_on_the_screen_either(
    released_bicycles: TermsVersion, people: dict[str, User], streams: dict[str, int]
) -> None:
    dataset = released_bicycles.dataset
    inline = {"terms_versions-TOTAL_FORMS": "1", "terms_versions-INITIAL_FORMS": "1"}
    inline["terms_versions-0-id"] = str(released_bicycles.pk)
    inline["terms_versions-0-dataset"] = str(dataset.pk)
    answer = browser(people["steward"]).post(
        reverse("admin:catalogue_dataset_change", args=[dataset.pk]),
        {"title_de": "Anders", "datastreams": [streams["total"], streams["street"]], **inline},
    )
    assert "owner" in said(answer)
    dataset.refresh_from_db()
    assert dataset.title_de != "Anders"
    assert selectors.datastreams_of(dataset).count() == 1
    assert not accounts.has_role(people["steward"], Role.OWNER, dataset.department)
