"""Every principal against every kind of terms: default deny, and what ends is gone at once."""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from apps.accounts import services as accounts
from apps.accounts.models import User
from apps.accounts.types import Role, UserKind
from apps.agreements.models import Agreement
from apps.catalogue import selectors as catalogue_read
from apps.catalogue import services as catalogue
from apps.catalogue.models import Dataset, DatasetMember
from apps.consumer.models import Subscription
from apps.holdings import selectors
from apps.holdings.types import Limits
from tests.holdings import city
from tests.holdings.city import DAY, HOURLY, NOON, PUBLIC
from tests.keeping import Kept

TERMS: dict[str, dict[str, Any] | None] = {
    "draft": None,
    "internal": {"visibility": "internal"},
    "peers": {"visibility": "peers"},
    "open": PUBLIC,
    "late": PUBLIC | {"delay": "PT1H", "window": "PT6H", "grid_m": 500},
    "counts": PUBLIC | {"suppress_below": 3},
    "hourly": PUBLIC | HOURLY,
    "purpose": PUBLIC | {"purposes": ["flood-protection"]},
    "over": PUBLIC | {"expires_at": "2026-03-10T11:00:00Z"},
    "brief": PUBLIC | {"valid_for": "PT1H"},
}
REPLICAS: dict[str, dict[str, Any]] = {
    "shared": {"visibility": "peers"},
    "given": PUBLIC,
    "given-for": PUBLIC | {"purposes": ["planning"]},
}
OWN = set(TERMS)
WHOLE_TO_ALL = {"open", "given"}
LIMITED_TO_ALL = {"late", "counts"}
NOTHING_MORE = (WHOLE_TO_ALL, LIMITED_TO_ALL)
"""What everybody sees, and nobody without a right sees more."""
EXPECTED: dict[str, tuple[set[str], set[str]] | None] = {
    "nobody": NOTHING_MORE,
    "anonymous": NOTHING_MORE,
    "stranger": NOTHING_MORE,
    "service without a right": NOTHING_MORE,
    "peer": NOTHING_MORE,
    "pulling peer": NOTHING_MORE,
    "desk": NOTHING_MORE,
    "switched off": NOTHING_MORE,
    "service with a right": (WHOLE_TO_ALL | {"hourly"}, LIMITED_TO_ALL),
    "colleague": (WHOLE_TO_ALL | OWN, set()),
    "steward": (WHOLE_TO_ALL | OWN | set(REPLICAS), set()),
    "steward elsewhere": (WHOLE_TO_ALL | set(REPLICAS), LIMITED_TO_ALL),
    "operator": (WHOLE_TO_ALL | set(REPLICAS), LIMITED_TO_ALL),
    "gatekeeper": None,
    "root": None,
}
"""Whole and limited datasets by who asks; None: everything."""


Principals = dict[str, User | AnonymousUser | None]


@pytest.fixture(scope="module")
def shelf(kept: Kept) -> dict[str, int]:
    """A datastream for each kind of terms and each replica, by that kind; made once for all tests."""
    found = {}
    with kept():
        for name, terms in TERMS.items():
            found[name] = city.own(name, kind="count" if name == "counts" else "measure")
            city.dataset(name, [found[name]], terms)
        for name, given in REPLICAS.items():
            (found[name],) = city.datastreams(city.replica(name, given))
    return found


@pytest.fixture
def sets(shelf: dict[str, int], db: None) -> dict[str, int]:
    """A datastream for each kind of terms and each replica, by that kind."""
    return dict(shelf)


@pytest.fixture(scope="module")
def everybody(shelf: dict[str, int], kept: Kept) -> Principals:
    """Everybody who might ask, made once for all tests."""
    with kept():
        return make_everybody()


@pytest.fixture
def principals(everybody: Principals, db: None) -> Principals:
    """Everybody who might ask; of nobody is known yet what they may."""
    return deepcopy(everybody)


def make_everybody() -> Principals:
    """People with and without roles, services and peers with and without rights; None is nobody in particular."""
    own_department, other = city.department(), city.department("archiv")
    hourly, internal = Dataset.objects.get(identifier="hourly"), Dataset.objects.get(identifier="internal")
    persons = {name: city.person(name.replace(" ", "-")) for name in ("stranger", "colleague", "desk", "switched off")}
    accounts.assign_role(user=persons["colleague"], role=Role.DESK, department=own_department)
    accounts.assign_role(user=persons["desk"], role=Role.DESK, department=other)
    accounts.assign_role(user=persons["switched off"], role=Role.GATEKEEPER)
    accounts.set_active(user=persons["switched off"], active=False)
    services = {
        name: accounts.create_principal(kind=UserKind.SERVICE, name=name)
        for name in ("service without a right", "service with a right")
    }
    accounts.grant(principal=services["service with a right"], permission="catalogue.view_dataset", object=hourly)
    peers = {
        name: accounts.create_principal(kind=UserKind.PEER, name=f"did:web:{name.replace(' ', '-')}.example")
        for name in ("peer", "pulling peer")
    }
    accounts.grant(principal=peers["pulling peer"], permission="catalogue.pull_dataset", object=internal)
    accounts.grant(principal=peers["pulling peer"], permission="catalogue.view_dataset", object=internal)
    operator = city.person("operator")
    User.objects.filter(pk=operator.pk).update(is_staff=True)
    return {
        "nobody": None,
        "anonymous": AnonymousUser(),
        **persons,
        **services,
        **peers,
        "steward": city.person("umwelt-steward"),
        "steward elsewhere": city.person("archiv-steward"),
        "operator": operator,
        "gatekeeper": city.person("gatekeeper"),
        "root": accounts.create_administrator(username="the-root", password="kranich-im-moor-1857"),
    }


@pytest.mark.parametrize("who", EXPECTED)
def test_everybody_reads_exactly_what_they_may(who: str, principals: Principals, sets: dict[str, int]) -> None:
    names = {pk: name for name, pk in sets.items()}
    seen = selectors.access(principals[who], at=NOON)
    if EXPECTED[who] is None:
        assert seen.everything
        return
    assert ({names[pk] for pk in seen.whole}, {names[pk] for pk in seen.limited}) == EXPECTED[who]
    assert not seen.everything


def test_limits_are_those_of_the_terms(sets: dict[str, int]) -> None:
    limited = selectors.access(None, at=NOON).limited
    assert limited[sets["late"]] == Limits(
        start=DAY + timedelta(hours=6), until=DAY + timedelta(hours=11, microseconds=1), grid_m=500
    )
    assert limited[sets["counts"]] == Limits(suppress_below=3)


def test_terms_that_ran_out_let_nothing_out_from_that_very_moment(sets: dict[str, int]) -> None:
    end = DAY + timedelta(hours=11)
    before, after = (selectors.access(None, at=moment).whole for moment in (end - timedelta(seconds=1), end))
    assert before - after == {sets["over"]}
    assert sets["brief"] in selectors.access(None, at=DAY + timedelta(minutes=59)).whole


def test_withdrawn_terms_hide_the_rows_at_once(sets: dict[str, int]) -> None:
    dataset = catalogue_read.find("open")
    assert dataset is not None
    version = catalogue_read.released(dataset)
    assert version is not None
    catalogue.withdraw_release(version=version, user=city.person("umwelt-owner"))
    assert sets["open"] not in selectors.access(None, at=NOON).datastream_ids


@pytest.mark.parametrize("end", ["withdrawn", "ended", "expired"])
def test_a_replica_whose_agreement_ended_is_shown_to_nobody_not_even_to_those_who_see_everything(
    end: str, principals: Principals, sets: dict[str, int]
) -> None:
    moment = NOON
    if end == "withdrawn":
        Agreement.objects.filter(dataset_identifier="given").update(state="withdrawn", ended_at=NOON)
    elif end == "ended":
        Subscription.objects.filter(agreement__dataset_identifier="given").update(state="ended")
    else:
        city.replica("brief-copy", PUBLIC, expires_at=NOON)
    ids = (
        sets["given"]
        if end != "expired"
        else max(Subscription.objects.latest("pk").streams.values_list("datastream"))[0]
    )
    for name, principal in principals.items():
        seen = selectors.access(principal, at=moment)
        assert ids not in seen.datastream_ids, name
        assert not seen.everything, name
    assert sets["shared"] in selectors.access(principals["root"], at=moment).whole


def test_what_a_peer_lets_be_shared_onward_is_never_for_everybody(sets: dict[str, int]) -> None:
    (onward,) = city.datastreams(city.replica("onward", {"visibility": "peers", "onward": "peers"}))
    dataset = catalogue_read.find("open")
    assert dataset is not None
    DatasetMember.objects.create(dataset=dataset, datastream_id=onward)
    assert onward not in selectors.access(None, at=NOON).datastream_ids


def test_a_right_taken_away_counts_at_once(principals: Principals, sets: dict[str, int]) -> None:
    service, hourly = principals["service with a right"], catalogue_read.find("hourly")
    assert isinstance(service, User)
    assert hourly is not None
    accounts.revoke(principal=service, permission="catalogue.view_dataset", object=hourly)
    assert sets["hourly"] not in selectors.access(service, at=NOON).datastream_ids
