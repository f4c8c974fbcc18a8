"""The screens for tables: choose, look, say where columns go, import."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from apps.accounts import services as accounts
from apps.accounts.models import ApiToken
from apps.accounts.types import Role
from apps.console.tables.goals import name_of
from apps.sensors.models import Observation
from apps.sources.models import Mapping, Source, TableUpload
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
TEMPERATURE, HUMIDITY, REMARK = "Temperatur", "Luftfeuchte", "Bemerkung"


@pytest.fixture
def steward(as_role: Callable[[str], Client]) -> Client:
    """A steward who reads English."""
    client = as_role(Role.STEWARD)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def uploaded(client: Client, text: str = GERMAN) -> str:
    """Upload a table; the address of its preview, '' when it was refused."""
    row = source("tabelle", format=Format.CSV)
    file = SimpleUploadedFile("t.csv", text.encode())
    answer = client.post(reverse("console:tables"), {"source": row.pk, "table": file})
    return answer.headers.get("Location", "")


def uploaded_again(client: Client) -> str:
    """The preview of one more table of the same source."""
    file = SimpleUploadedFile("t2.csv", GERMAN.encode())
    return client.post(reverse("console:tables"), {"source": Source.objects.get().pk, "table": file})["Location"]


def to(key: str, target: str, unit: str = "", *, device: str = "tabelle") -> dict[str, str]:
    """The fields that send a quantity somewhere."""
    name = name_of((device, key))
    return {f"to-{name}": target, f"unit-{name}": unit}


def test_a_table_is_looked_at_mapped_and_imported(steward: Client) -> None:
    url = uploaded(steward)
    page = steward.get(url).content.decode()
    assert "Luftfeuchte" in page
    assert "measuring point that nobody has mapped" in page
    assert not Observation.objects.exists()
    target = stream("luft/temperatur")
    sent = READ | to(TEMPERATURE, "luft/temperatur", "°C") | to(REMARK, "-") | {"import": "1"}
    done = steward.post(url, sent, follow=True).content.decode()
    assert "New readings" in done
    assert Observation.objects.filter(datastream=target).count() == 2
    assert TableUpload.objects.get().account["ignored"] == 1
    assert "New readings" in steward.get(url).content.decode(), "the account stays"


def test_looking_again_imports_nothing_and_keeps_what_was_written(steward: Client) -> None:
    url = uploaded(steward)
    answer = steward.post(url, READ | {"look": "1", "decimal": "."} | to(HUMIDITY, "luft/feuchte"))
    assert answer.status_code == 200
    assert 'value="luft/feuchte"' in answer.content.decode()
    assert TableUpload.objects.get().imported_at is None


def test_a_target_stays_with_its_quantity_when_the_table_is_read_in_another_way(steward: Client) -> None:
    """What was written beside “tabelle · Temperatur” must not fall to the quantity that takes its place."""
    url = uploaded(steward)
    target = stream("luft/temperatur")
    sent = READ | {"device_column": "Temperatur (°C)", "import": "1"} | to(TEMPERATURE, "luft/temperatur", "°C")
    steward.post(url, sent)
    assert not Mapping.objects.filter(datastream=target).exists()


@pytest.mark.parametrize("wrong", [{"zone": "Mars/Base"}, {"time_column": "x"}, {"device": ""}])
def test_a_table_that_cannot_be_read_so_is_told_at_the_field(steward: Client, wrong: dict[str, str]) -> None:
    url = uploaded(steward)
    answer = steward.post(url, READ | {"import": "1"} | wrong)
    assert answer.status_code == 400
    assert f'id="id_{next(iter(wrong))}_error"' in answer.content.decode()
    assert not Observation.objects.exists()


@pytest.mark.parametrize("wrong", [("nowhere", ""), ("luft/v", "°C"), ("99999999999", "")])
def test_a_target_that_cannot_be_is_told_beside_it_and_nothing_mapped(steward: Client, wrong: tuple[str, str]) -> None:
    stream("luft/v", unit="V")
    url = uploaded(steward)
    answer = steward.post(url, READ | {"import": "1"} | to(TEMPERATURE, *wrong) | to(REMARK, "-"))
    assert answer.status_code == 400
    assert f'id="problem-{name_of(("tabelle", TEMPERATURE))}"' in answer.content.decode()
    assert not Mapping.objects.exists(), "all of it or nothing"
    assert not Observation.objects.exists()


def test_what_is_no_table_is_told_on_the_form(steward: Client) -> None:
    assert uploaded(steward, "a;b\n") == ""
    assert not TableUpload.objects.exists()


def test_the_screens_open_in_both_languages_and_from_the_source(steward: Client) -> None:
    url = uploaded(steward)
    for address in (url, reverse("console:tables")):
        for language in ("de", "en"):
            assert steward.get(address, headers={"Accept-Language": language}).status_code == 200
    there = steward.get(reverse("console:source", args=["tabelle"])).content.decode()
    assert reverse("console:tables") in there
    assert url in there
    assert steward.get(reverse("console:table", args=[10**6])).status_code == 404


def test_a_source_of_tables_offers_what_fits_it_and_no_token(steward: Client) -> None:
    made = {"slug": "stations", "name": "Stations", "format": "csv", "transport": "mqtt"}
    told = steward.post(reverse("console:source-new"), made, follow=True).content.decode()
    assert "Now upload its first table." in told
    assert reverse("console:tables") in told
    assert "token" not in told.replace("csrfmiddlewaretoken", "")
    assert Source.objects.get(slug="stations").transport == "csv"
    refused = steward.post(reverse("console:source-token", args=["stations"]), follow=True).content.decode()
    assert "a token would open nothing" in refused
    assert not ApiToken.objects.exists()


def test_the_admin_leads_to_the_same_screens(client: Client) -> None:
    client.force_login(accounts.create_administrator(username="operator", password="a-long-Passphrase-7"))
    assert reverse("console:tables") in client.get(reverse("admin:index")).content.decode()
    assert client.get(reverse("ingest-tables"), follow=True).redirect_chain[-1][0] == reverse("console:tables")
    assert client.get(reverse("console:tables")).status_code == 200


def test_what_has_no_device_and_no_key_is_not_called_so(steward: Client) -> None:
    """A table has measuring points and quantities; devices and keys belong to what sends by itself."""
    url = uploaded(steward)
    steward.post(url, READ | to(TEMPERATURE, str(stream("luft/temperatur")), "°C") | to(REMARK, "-") | {"import": "1"})
    meaning = f"{reverse('console:source-meaning', args=['tabelle'])}?device=tabelle&key={HUMIDITY}"
    for address in (reverse("console:source", args=["tabelle"]), meaning, uploaded_again(steward)):
        for language, unfit in (("de", "Gerät|Schlüssel|Webhook"), ("en", "device|[^-] key|webhook")):
            page = steward.get(address, headers={"Accept-Language": language}).content.decode()
            words = re.sub(r"<[^>]*>|external key|externen Schlüssel", "\n", page.partition("<main")[2])
            assert re.findall(f"(?i).*(?:{unfit}).*", words) == [], (address, language)
    answer = steward.get(reverse("console:source", args=["tabelle"]), headers={"Accept-Language": "de"})
    german = answer.content.decode()
    assert '<th scope="col">Messstelle</th><th scope="col">Messgröße</th>' in german
    assert "per Datei" in german
