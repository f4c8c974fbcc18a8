"""Tables: foreign keys point down the stack, edges own none, every table has an operator screen."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models

from tests.architecture.code import STACK

OURS = [model for model in apps.get_models() if model.__module__.startswith("apps.")]


def _foreign_keys() -> list[tuple[type[models.Model], type[models.Model]]]:
    return [
        (model, field.related_model)
        for model in OURS
        for field in model._meta.get_fields()
        if isinstance(field, (models.ForeignKey, models.ManyToManyField))
        and isinstance(field.related_model, type)
        and field.related_model.__module__.startswith("apps.")
    ]


@pytest.mark.parametrize(("model", "target"), _foreign_keys(), ids=lambda model: model._meta.label)
def test_a_foreign_key_points_down(model: type[models.Model], target: type[models.Model]) -> None:
    assert STACK.index(target._meta.app_label) <= STACK.index(model._meta.app_label)


def test_edges_own_no_tables() -> None:
    assert {model._meta.app_label for model in OURS} <= set(STACK)


def test_every_table_has_an_operator_screen() -> None:
    inline = {entry.model for screen in admin.site._registry.values() for entry in screen.inlines}
    missing = [
        model._meta.label
        for model in OURS
        if model not in admin.site._registry and model not in inline and not model._meta.auto_created
    ]
    assert missing == []
