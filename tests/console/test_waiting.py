"""Today lists citizens' requests for the desk, with one button each, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from apps.console.waiting import MOST_REQUESTS
from apps.desk import services as desk
from apps.desk.models import Request
from apps.desk.types.submissions import Submission
from apps.sources import services as sources
from tests.holdings.city import own, record


@pytest.fixture
def ask(db: None) -> Callable[[str], Request]:
    """A citizen's request about something."""
    return lambda subject: desk.receive(submission=Submission(subject=subject, description="All of it")).case


@pytest.mark.parametrize("role", ["steward", "owner", "gatekeeper", "desk", "administrator"])
def test_only_the_desk_finds_requests_under_today(
    role: str, as_role: Callable[[str], Client], ask: Callable[[str], Request]
) -> None:
    made = ask("Trees by the river")
    text = as_role(role).get("/console/").content.decode()
    assert ("Trees by the river" in text) == (role == "desk")
    assert (f'href="/console/requests/{made.case_number}"' in text) == (role == "desk")


def test_the_newest_comes_first(as_role: Callable[[str], Client], ask: Callable[[str], Request]) -> None:
    ask("The older one")
    ask("The newer one")
    text = as_role("desk").get("/console/").content.decode()
    assert text.index("The newer one") < text.index("The older one")


def test_more_than_a_page_of_them_lead_to_the_inbox(
    as_role: Callable[[str], Client], ask: Callable[[str], Request]
) -> None:
    for number in range(MOST_REQUESTS + 1):
        ask(f"Request {number}")
    text = as_role("desk").get("/console/").content.decode()
    assert "More requests wait" in text
    assert text.count("Look and begin") == MOST_REQUESTS


def test_a_silent_sensor_is_said_to_be_expected_as_people_say_it(as_role: Callable[[str], Client], db: None) -> None:
    record(own("slow", interval=900), {0.0: 1.0})
    sources.tick(at=datetime(2100, 1, 1, tzinfo=UTC))
    page = as_role("administrator").get("/console/", headers={"Accept-Language": "de"}).content.decode()
    assert "alle 15 Minuten" in page
    assert "900 Sekunden" not in page
