"""Text templates: in both languages, for every act that tells the requester something, all placeholders known."""

from __future__ import annotations

import re

import pytest

from apps.desk import selectors
from apps.desk.models import Request, TextTemplate
from apps.desk.types import TemplateUse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("texts")]
KNOWN = {"number", "subject", "city", "name", "received", "due", "law"}


def test_every_use_has_a_text_in_both_languages() -> None:
    rows = list(TextTemplate.objects.all())
    assert {row.use for row in rows} == set(TemplateUse.values)
    assert all(row.body_de and row.body_en and row.title_de and row.title_en for row in rows)


def test_every_placeholder_is_known_and_filled(work: Request) -> None:
    for row in TextTemplate.objects.all():
        assert set(re.findall(r"{(\w+)}", row.body_de + row.body_en)) <= KNOWN
        assert not re.search(r"{\w+}", selectors.template_text(row, work))


def test_a_law_offers_its_own_texts_and_the_common_ones(work: Request) -> None:
    keys = {row.key for row in selectors.templates(law="ifg")}
    assert "interim" in keys
    assert "extend-complex" not in keys
    assert "grant" in keys
