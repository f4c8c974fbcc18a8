"""Operator screens: every table opens, nothing can be edited, actions are services with their rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import include, path

from apps.accounts import services as accounts
from apps.agreements import admin as screens
from apps.agreements import services
from apps.agreements.models import Agreement, Message, Negotiation, Offer, Outbox, ProtocolBinding, Transfer
from tests.agreements.region import OWNER, Region, make_offer, make_owner
from tests.agreements.test_negotiating import ask

urlpatterns = [path("admin/", admin.site.urls), path("", include("apps.dataspace.urls"))]
TABLES: list[Any] = [Agreement, Message, Negotiation, Offer, Outbox, ProtocolBinding, Transfer]


@pytest.fixture
def browser(region: Region, settings: Any) -> Iterator[Client]:
    """An administrator's browser on Bielefeld's node, where a request of Herford waits."""
    with region.on(OWNER):
        make_offer(standing=False)
    ask(region)
    region.settle()
    settings.ROOT_URLCONF = "tests.agreements.test_admin"
    with region.on(OWNER):
        client = Client(headers={"Accept-Language": "en"})
        client.force_login(accounts.create_administrator(username="anna", password="correct horse 1"))
        yield client


def act(client: Client, model: Any, action: str) -> str:
    """Run an action on every row; the messages shown."""
    address = f"/admin/agreements/{model._meta.model_name}/"
    chosen = [str(pk) for pk in model.objects.values_list("pk", flat=True)]
    answer = client.post(address, {"action": action, "_selected_action": chosen}, follow=True)
    return " ".join(str(message) for message in answer.context["messages"])


def test_every_table_has_a_screen_that_opens_and_takes_no_edit(browser: Client) -> None:
    services.decide(negotiation=Negotiation.objects.get(), user=make_owner(), grant=True)
    for model in TABLES:
        address = f"/admin/agreements/{model._meta.model_name}/"
        assert browser.get(address).status_code == 200
        assert browser.get(f"{address}add/").status_code == 403
        for pk in model.objects.values_list("pk", flat=True)[:1]:
            assert browser.get(f"{address}{pk}/change/").status_code == 200
            assert browser.post(f"{address}{pk}/change/", {}).status_code == 403
    assert len(screens.__all__) == len(TABLES)


def test_an_agreement_is_shown_in_plain_words(browser: Client, region: Region) -> None:
    services.decide(negotiation=Negotiation.objects.get(), user=make_owner(), grant=True)
    region.settle()
    row = Agreement.objects.get()
    page = browser.get(f"/admin/agreements/agreement/{row.pk}/change/", headers={"Accept-Language": "de"})
    assert "planning" in page.content.decode()
    assert row.digest in page.content.decode()


def test_whoever_is_no_owner_is_told_so(browser: Client) -> None:
    assert "owner" in act(browser, Negotiation, "grant").lower()
    assert Negotiation.objects.get().decision == ""


def test_an_owner_grants_from_the_screen(browser: Client, region: Region) -> None:
    browser.force_login(_owner())
    act(browser, Negotiation, "grant")
    assert Negotiation.objects.get().decision == "granted"
    region.settle()
    act(browser, Transfer, "suspend")
    assert Transfer.objects.get().halted == "here"
    region.settle()
    act(browser, Transfer, "resume")
    region.settle()
    assert Transfer.objects.get().state == "STARTED"
    act(browser, Offer, "close_offers")
    assert Offer.objects.get().state == "closed"
    act(browser, Agreement, "terminate")
    assert Agreement.objects.get().state == "withdrawn"


def test_an_owner_refuses_from_the_screen(browser: Client) -> None:
    browser.force_login(_owner())
    act(browser, Negotiation, "refuse")
    assert Negotiation.objects.get().decision == "refused"


def test_a_hanging_message_is_sent_again_from_both_screens(browser: Client, region: Region) -> None:
    services.decide(negotiation=Negotiation.objects.get(), user=make_owner(), grant=True)
    region.fault = lambda sent: "lost"
    services.drain_outbox()
    assert Outbox.objects.pending().get().attempts == 1
    act(browser, Negotiation, "retry")
    assert Outbox.objects.pending().get().attempts == 0
    services.drain_outbox()
    Outbox.objects.filter(outcome="acknowledged").delete()
    act(browser, Outbox, "retry")
    assert Outbox.objects.pending().get().attempts == 0


def _owner() -> Any:
    user = make_owner()
    user.is_staff = user.is_superuser = True
    user.save()
    return user
