"""Emails through a real mail server: encrypted as the setting promises, whole, and never lost or doubled."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from apps.accounts.models import User
from apps.desk import services
from apps.desk.models import Mail, Request
from apps.desk.services import mails
from owlnode import mail
from tests.desk.conftest import AT
from tests.desk.post_office import HOST, Behaviour, PostOffice
from tests.peers.test_tls import certificate

pytestmark = pytest.mark.django_db
ADDRESS = "asker@example.org"
LATER = timedelta(hours=2)
Open = Callable[..., Behaviour]


@pytest.fixture
def post_office(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """``post_office(tls=True, **behaviour)``: a server that runs, and the node's settings as for its address."""
    opened: list[PostOffice] = []
    files = certificate(tmp_path, HOST)

    def start(*, tls: bool = True, trusted: bool = True, login: str | None = None, **behaviour: Any) -> Behaviour:
        made = PostOffice(Behaviour(**behaviour), files if tls else None)
        made.start()
        opened.append(made)
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
        said = mail.from_setting(made.url() if login is None else made.url(login=login), tmp_path)
        configure(settings, said)
        return made.behaviour

    yield start
    for one in opened:
        one.stop()


def configure(settings: Settings, said: mail.MailSettings, **changed: object) -> None:
    """What ``settings.base`` makes of OWLNODE_MAIL."""
    values = {
        "EMAIL_BACKEND": said.backend,
        "EMAIL_HOST": said.host,
        "EMAIL_PORT": said.port,
        "EMAIL_HOST_USER": said.user,
        "EMAIL_HOST_PASSWORD": said.password,
        "EMAIL_USE_TLS": said.starttls,
        "EMAIL_USE_SSL": said.tls,
        "EMAIL_TIMEOUT": 5,
    }
    for name, value in {**values, **changed}.items():
        setattr(settings, name, value)


@pytest.fixture
def german(make: Callable[..., Request]) -> Request:
    """A request of somebody who reads German."""
    return make(language="de", email=ADDRESS)


def test_an_email_goes_encrypted_and_signed_in_with_its_umlauts(post_office: Open, german: Request) -> None:
    office = post_office()
    services.send_mails(at=AT)
    (letter,) = office.letters
    assert (letter.encrypted, letter.login, letter.recipients) == (True, True, [ADDRESS])
    assert letter.raw.isascii(), "servers without 8BITMIME take it, too"
    assert max(len(line) for line in letter.raw.split(b"\r\n")) <= 998
    assert letter.parsed["Subject"].strip() == f"Bitte bestätigen Sie Ihre Adresse – Anfrage {german.case_number}"
    text = letter.parsed.get_content()
    assert "Stadt Bielefeld" in text
    assert "Mit freundlichen Grüßen" in text
    assert "/anfragen/bestaetigen/" in text


def test_nothing_goes_in_the_clear_or_to_a_stranger_where_encryption_is_promised(
    post_office: Open, german: Request
) -> None:
    plain = post_office(tls=False, trusted=False, login="")
    services.send_mails(at=AT)
    stranger = post_office(trusted=False)
    services.send_mails(at=AT + LATER)
    assert plain.letters == stranger.letters == []
    row = Mail.objects.get()
    assert (row.sent_at, row.attempts) == (None, 2)


def test_the_relay_next_door_takes_it_unencrypted_but_never_a_password(
    post_office: Open, german: Request, settings: Settings, tmp_path: Path
) -> None:
    office = post_office(tls=False)
    port = settings.EMAIL_PORT
    assert mail.from_setting("smtp://relay:25", tmp_path).starttls is False
    assert mail.from_setting("smtp://name:word@relay:25", tmp_path).starttls is True, "a password needs encryption"
    configure(settings, mail.from_setting(f"smtp://{HOST}:25", tmp_path), EMAIL_PORT=port)
    services.send_mails(at=AT)
    assert [one.encrypted for one in office.letters] == [False]


def test_a_password_that_could_never_be_said_is_refused_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="without umlauts"):
        mail.from_setting("smtp://anfragen:w%C3%B6rt@localhost", tmp_path)


def test_a_wrong_password_is_tried_again_later(post_office: Open, german: Request) -> None:
    office = post_office(login="anfragen:wrong")
    services.send_mails(at=AT)
    row = Mail.objects.get()
    assert (row.last_error, row.attempts, row.dropped_at) == ("SMTPAuthenticationError 535", 1, None)
    assert office.letters == []


def test_an_address_that_is_refused_for_good_is_not_tried_again_and_staff_see_it(
    post_office: Open, german: Request, clerk: User, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    office = post_office(at_recipient=f"550 5.1.1 <{ADDRESS}>: no such user")
    with caplog.at_level(logging.DEBUG):
        services.send_mails(at=AT)
        services.send_mails(at=AT + LATER)
    row = Mail.objects.get()
    assert (row.sent_at, row.dropped_at, row.last_error) == (None, AT, "SMTPRecipientsRefused 550")
    assert office.asked == 1
    told = [f"{one.getMessage()} {vars(one)}" for one in caplog.records if one.name != "mail.log"]  # the server's own
    assert not [line for line in told if ADDRESS in line or "no such user" in line]
    client.force_login(clerk)
    page = client.get(f"/console/requests/{german.case_number}", headers={"Accept-Language": "de"}).content.decode()
    assert "nimmt keine E-Mail an" in page


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        ({"at_recipient": "451 4.7.1 try later"}, "SMTPRecipientsRefused 451"),
        ({"at_text": "452 4.3.1 disk full"}, "SMTPDataError 452"),
        ({"vanishes": "before_text"}, "SMTPServerDisconnected"),
    ],
)
def test_what_may_go_well_later_is_tried_again_and_sent_once(
    post_office: Open, german: Request, behaviour: dict[str, str], error: str
) -> None:
    office = post_office(**behaviour)
    services.send_mails(at=AT)
    row = Mail.objects.get()
    assert (row.last_error, row.attempts, row.dropped_at) == (error, 1, None)
    assert row.next_attempt_at is not None
    assert AT < row.next_attempt_at <= AT + timedelta(minutes=1)
    office.at_recipient = office.at_text = office.vanishes = ""
    services.send_mails(at=row.next_attempt_at)
    services.send_mails(at=AT + LATER)
    assert len(office.letters) == 1
    assert Mail.objects.get().last_error == ""


def test_what_is_sent_twice_because_the_answer_was_lost_says_that_it_is_the_same(
    post_office: Open, german: Request
) -> None:
    """SMTP cannot know whether a server that vanished kept what it had read (RFC 5321, section 4.5.4.1)."""
    office = post_office(vanishes="after_text")
    services.send_mails(at=AT)
    office.vanishes = ""
    services.send_mails(at=AT + LATER)
    services.send_mails(at=AT + 2 * LATER)
    assert len(office.letters) == 2
    (number,) = {one.parsed["Message-ID"] for one in office.letters}
    assert "asker" not in number


def test_one_slow_email_does_not_let_another_worker_send_the_others_again(
    post_office: Open, make: Callable[..., Request], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is claimed when its turn comes, for as long as the slowest conversation may take."""
    office = post_office()
    for number in range(3):
        make(email=f"asker{number}@example.org")
    held: list[int] = []
    compose = mails.compose

    def meanwhile(*given: object) -> object:
        held.append(Mail.objects.filter(leased_until__isnull=False).count())
        return compose(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(mails, "compose", meanwhile)
    assert services.send_mails(at=AT) == 3
    assert held == [1, 1, 1]
    assert len(office.letters) == 3
