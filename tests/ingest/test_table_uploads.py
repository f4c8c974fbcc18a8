"""The screens for tables: choose, look, say where columns go, import."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts import services as accounts
from apps.sensors.models import Observation
from apps.sources.models import TableUpload
from apps.sources.types import Format
from tests.sources.builders import source, stream
from tests.sources.test_tables import GERMAN

pytestmark = pytest.mark.django_db
READ = {
    "delimiter": ";",
    "decimal": ",",
    "time_column": "Zeitpunkt",
    "zone": "Europe/Berlin",
    "layout": "wide",
    "device": "tabelle",
}


@pytest.fixture
def operator(client: Client) -> Client:
    """A signed-in superuser who reads English."""
    client.force_login(get_user_model().objects.create_superuser("operator", password="secret"))
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def uploaded(client: Client, text: str = GERMAN) -> str:
    """Upload a table; the address of its preview, '' when it was refused."""
    row = source("tabelle", format=Format.CSV)
    file = SimpleUploadedFile("t.csv", text.encode())
    answer = client.post(reverse("ingest-tables"), {"source": row.pk, "table": file})
    return answer.headers.get("Location", "")


def test_a_table_is_looked_at_mapped_and_imported(operator: Client) -> None:
    url = uploaded(operator)
    page = operator.get(url).content.decode()
    assert "Luftfeuchte" in page
    assert "unknown-device" in page
    assert not Observation.objects.exists()
    target = stream("luft/temperatur")
    sent = READ | {"to-0": "luft/temperatur", "unit-0": "°C", "to-2": "-", "import": "1"}
    done = operator.post(url, sent).content.decode()
    assert "New readings" in done
    assert Observation.objects.filter(datastream=target).count() == 2
    assert TableUpload.objects.get().account["ignored"] == 1
    assert operator.get(url).status_code == 410


def test_looking_again_imports_nothing(operator: Client) -> None:
    url = uploaded(operator)
    assert operator.post(url, READ | {"look": "1", "to-0": "-"}).status_code == 200
    assert TableUpload.objects.get().imported_at is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"zone": "Mars/Base"},
        {"time_column": "x"},
        {"to-0": "nowhere"},
        {"to-0": "luft/v", "unit-0": "°C"},
        {"device": ""},
    ],
)
def test_what_does_not_fit_is_told_and_nothing_imported(operator: Client, wrong: dict[str, str]) -> None:
    stream("luft/v", unit="V")
    url = uploaded(operator)
    answer = operator.post(url, READ | {"import": "1"} | wrong)
    assert answer.status_code == 400
    assert "errornote" in answer.content.decode()
    assert not Observation.objects.exists()


def test_what_is_no_table_is_told_on_the_form(operator: Client) -> None:
    assert uploaded(operator, "a;b\n") == ""
    assert not TableUpload.objects.exists()


def test_staff_without_the_permission_is_refused(client: Client) -> None:
    accounts.create_person(username="guest", password="a-long-Passphrase-7", staff=True)
    client.login(username="guest", password="a-long-Passphrase-7")
    assert client.get(reverse("ingest-tables")).status_code == 403
    assert client.get(reverse("ingest-table", args=[1])).status_code == 403


def test_the_screens_open_in_both_languages_and_from_the_first_page(operator: Client) -> None:
    url = uploaded(operator)
    for address in (url, reverse("ingest-tables")):
        for language in ("de", "en"):
            assert operator.get(address, headers={"Accept-Language": language}).status_code == 200
    assert reverse("ingest-tables") in operator.get(reverse("admin:index")).content.decode()
    assert operator.get(reverse("ingest-table", args=[10**6])).status_code == 404
