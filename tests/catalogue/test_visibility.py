"""Who may know of which dataset: every principal against every dataset, default deny."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts import services as accounts
from apps.accounts.models import Department, User
from apps.accounts.types import Role, UserKind
from apps.catalogue import selectors, services
from apps.catalogue.models import Dataset, TermsVersion

VISIBILITIES = ("internal", "peers", "public")
SHOWN = {
    "nobody": {"public"},
    "anonymous": {"public"},
    "stranger": {"public"},
    "service": {"public"},
    "peer": {"peers", "public"},
    "suspended peer": {"public"},
    "pulling peer": {"internal", "peers", "public"},
    "colleague": {"draft", "internal", "peers", "public"},
    "steward": {"draft", "internal", "peers", "public"},
    "gatekeeper": {"draft", "internal", "peers", "public"},
    "steward elsewhere": {"public"},
    "root": {"draft", "internal", "peers", "public"},
    "switched off": {"public"},
}


@pytest.fixture
def datasets(
    department: Department, streams: dict[str, int], release: Callable[[TermsVersion], TermsVersion]
) -> dict[str, Dataset]:
    """One dataset for each visibility in force, and one whose terms were never released."""
    made = {}
    for identifier in (*VISIBILITIES, "draft"):
        dataset = services.create_dataset(
            identifier=identifier, title_de=identifier, department=department, sensitivity="environment"
        )
        services.set_members(dataset=dataset, datastream_ids=[streams["street"]])
        visibility = identifier if identifier in VISIBILITIES else "public"
        version = services.draft_terms(dataset=dataset, terms={"visibility": visibility})
        if identifier != "draft":
            release(version)
        made[identifier] = dataset
    return made


@pytest.fixture
def principals(
    datasets: dict[str, Dataset], people: dict[str, User], department: Department
) -> dict[str, User | AnonymousUser | None]:
    """Everybody who might ask."""
    names = ("stranger", "colleague", "steward elsewhere", "switched off")
    person = {name: accounts.create_person(username=name.replace(" ", "-"), password=None) for name in names}
    other = accounts.create_department(slug="archiv", name_de="Stadtarchiv", name_en="Archive")
    accounts.assign_role(user=person["steward elsewhere"], role=Role.STEWARD, department=other)
    accounts.assign_role(user=person["colleague"], role=Role.DESK, department=department)
    accounts.assign_role(user=person["switched off"], role=Role.GATEKEEPER)
    accounts.set_active(user=person["switched off"], active=False)
    peers = {
        name: accounts.create_principal(kind=UserKind.PEER, name=f"did:web:{name.replace(' ', '-')}.example")
        for name in ("peer", "suspended peer", "pulling peer")
    }
    accounts.set_active(user=peers["suspended peer"], active=False)
    accounts.grant(principal=peers["pulling peer"], permission="pull_dataset", object=datasets["internal"])
    return {
        **person,
        **peers,
        "nobody": None,
        "anonymous": AnonymousUser(),
        "service": accounts.create_principal(kind=UserKind.SERVICE, name="gateway"),
        "steward": people["steward"],
        "gatekeeper": people["gatekeeper"],
        "root": accounts.create_administrator(username="the-root", password="kranich-im-moor-1857"),
    }


def test_everybody_sees_exactly_what_they_may(principals: dict[str, User | AnonymousUser | None]) -> None:
    seen = {name: {dataset.identifier for dataset in selectors.visible_to(principals[name])} for name in SHOWN}
    assert seen == SHOWN


def test_looking_takes_few_queries_however_many_datasets(principals: dict[str, User | AnonymousUser | None]) -> None:
    for name in SHOWN:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            list(selectors.visible_to(principals[name]))
        assert len(queries) <= 8, name


def test_withdrawn_terms_hide_the_dataset_at_once(datasets: dict[str, Dataset], people: dict[str, User]) -> None:
    version = selectors.released(datasets["public"])
    assert version is not None
    services.withdraw_release(version=version, user=people["owner"])
    assert not selectors.visible_to(None).exists()
