"""Text templates are kept by the desk and administrators, in both languages, with known placeholders only."""

from __future__ import annotations

import pytest

from apps.accounts.models import User
from apps.accounts.types import Role
from apps.core.errors import Invalid, NotPermitted
from apps.desk import services
from apps.desk.models import TextTemplate
from apps.desk.services import Wording
from tests.desk.conftest import person

pytestmark = pytest.mark.django_db
GIVEN = {
    "use": "granted",
    "title_de": "Zusage für Pegel",
    "title_en": "Grant for levels",
    "body_de": "Ihre Anfrage {number} …",
    "body_en": "Your request {number} …",
}


def test_a_template_is_added_changed_and_removed(clerk: User) -> None:
    made = services.add_template(by=clerk, wording=Wording(**GIVEN))
    assert made.key == "zusage-fur-pegel"
    assert services.add_template(by=clerk, wording=Wording(**GIVEN)).key == "zusage-fur-pegel-2"
    services.change_template(by=clerk, template=made, wording=Wording(**GIVEN | {"law": "uig", "title_en": "Other"}))
    made.refresh_from_db()
    assert (made.law, made.title_en) == ("uig", "Other")
    services.remove_template(by=clerk, template=made)
    assert not TextTemplate.objects.filter(pk=made.pk).exists()


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        ({"body_de": "Sehr geehrte {anrede}"}, "body_de"),
        ({"body_en": " "}, "body_en"),
        ({"use": "anything"}, "use"),
        ({"law": "bgb"}, "law"),
    ],
)
def test_what_would_reach_a_requester_wrongly_is_refused(clerk: User, wrong: dict[str, str], part: str) -> None:
    with pytest.raises(Invalid) as caught:
        services.add_template(by=clerk, wording=Wording(**GIVEN | wrong))
    assert caught.value.part == part


@pytest.mark.parametrize("role", Role)
def test_only_the_desk_and_administrators_keep_them(role: Role) -> None:
    somebody = person("somebody", role=role)
    if role in {Role.DESK, Role.ADMINISTRATOR}:
        assert services.add_template(by=somebody, wording=Wording(**GIVEN)).pk
    else:
        with pytest.raises(NotPermitted):
            services.add_template(by=somebody, wording=Wording(**GIVEN))
