"""Operators' screens: every list opens, empty or not, in German and in English, and history cannot be added to."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from apps.accounts import services as accounts

SCREENS = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture
def operator(client: Client, db: None) -> Client:
    client.force_login(accounts.create_administrator(username="operator", password="a-long-enough-one-4"))
    return client


@pytest.mark.parametrize("model", SCREENS, ids=lambda model: model._meta.label)
def test_every_list_opens_in_both_languages(operator: Client, model: type[Model]) -> None:
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    for language in ("de", "en"):
        answer = operator.get(address, headers={"Accept-Language": language})
        assert answer.status_code == 200
        assert f'lang="{language}"' in answer.content.decode()


def test_a_search_of_any_kind_breaks_no_list(operator: Client) -> None:
    for model in SCREENS:
        address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert operator.get(address, {"q": "x'\"%_\\ ü"}).status_code == 200, model._meta.label


def test_the_start_page_names_every_app_in_german(operator: Client) -> None:
    page = operator.get(reverse("admin:index"), headers={"Accept-Language": "de"}).content.decode()
    assert "Vereinbarungen" in page
    assert "Nachweisbuch" in page
