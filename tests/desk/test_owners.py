"""Which city to forward to: the owner of the dataset asked about, of one like it, or the city that is named."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from apps.desk import selectors
from apps.desk.models import Request
from apps.peers.models import Peer
from tests.holdings.city import HERFORD, peer, replica

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _rain(db: None) -> None:
    """Herford is trusted, and its rain gauges are held here; Detmold is trusted and nothing of it is held."""
    replica("rain", {"visibility": "public"}, about={"title": {"de": "Niederschlag", "en": "Rainfall"}})
    peer("did:web:detmold.example", "Detmold")


def guesses(case: Request) -> list[tuple[str, str]]:
    """Cities and datasets."""
    return [(one.city, one.dataset) for one in selectors.likely_owners(case)]


def test_the_owner_of_the_dataset_asked_about_comes_first(make: Callable[..., Request]) -> None:
    asked = make(subject="Numbers for Detmold", dataset_key="rain~herford.example")
    assert guesses(asked) == [("Herford", "Rainfall"), ("Detmold", "")]


def test_words_of_the_title_are_recognised_in_either_language(make: Callable[..., Request]) -> None:
    assert guesses(make(subject="Niederschlag im Mai")) == [("Herford", "Rainfall")]
    assert guesses(make(subject="Rainfall in May", language="de")) == [("Herford", "Niederschlag")]


def test_a_city_that_is_named_is_a_guess_and_a_part_of_a_word_is_none(make: Callable[..., Request]) -> None:
    assert guesses(make(subject="Parking", place="Detmold, market")) == [("Detmold", "")]
    assert guesses(make(subject="Detmolder Straße")) == []


def test_a_city_that_is_not_trusted_is_never_proposed(make: Callable[..., Request]) -> None:
    Peer.objects.filter(did=HERFORD).update(state="suspended")
    assert guesses(make(subject="Rainfall", dataset_key="rain~herford.example")) == []


def test_nothing_alike_is_no_guess(make: Callable[..., Request]) -> None:
    assert guesses(make(subject="Trees by the river")) == []
