"""Emails: rows first, no stranger's words, no case content, links to confirmed addresses only, retried."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage

from apps.accounts.models import User
from apps.desk import selectors, services
from apps.desk.models import Mail, Request
from tests.desk.conftest import AT

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=5)


def _sent() -> list[EmailMessage]:
    return list(mail.outbox)


def _token(text: str) -> str:
    found = re.search(r"/([A-Za-z0-9_-]{43})", text)
    assert found is not None
    return found[1]


def test_an_unconfirmed_address_gets_nothing_a_stranger_wrote_and_no_way_into_the_request(case: Request) -> None:
    services.run_due(at=AT)
    (sent,) = _sent()
    assert sent.to == ["asker@example.org"]
    whole = f"{sent.subject} {sent.body}"
    assert case.case_number in whole
    assert not [word for word in (case.subject, case.description, case.requester_name) if word in whole]
    with pytest.raises(Exception, match="no such page"):
        selectors.by_token(_token(str(sent.body)), purpose="status")
    assert selectors.by_token(_token(str(sent.body)), purpose="confirm") == case


def test_after_confirmation_the_status_link_follows_and_news_say_nothing(work: Request, clerk: User) -> None:
    services.confirm(case=work, at=AT)
    services.write(case=work, by=clerk, body="The secret of the market", at=AT)
    services.run_due(at=AT)
    received, news = sorted(_sent()[1:], key=lambda one: one.subject, reverse=True)
    assert selectors.by_token(_token(str(received.body)), purpose="status") == work
    assert "secret of the market" not in f"{news.subject}{news.body}"
    assert work.subject not in f"{news.subject}{news.body}"


def test_news_for_an_unconfirmed_address_are_not_sent(work: Request, clerk: User) -> None:
    services.write(case=work, by=clerk, body="Hello", at=AT)
    assert not Mail.objects.filter(kind="news").exists()


def test_many_news_are_one_mail_until_it_is_sent(work: Request, clerk: User) -> None:
    services.confirm(case=work, at=AT)
    for word in ("one", "two"):
        services.write(case=work, by=clerk, body=word, at=AT)
    assert Mail.objects.filter(kind="news").count() == 1


def test_a_mail_that_could_not_be_sent_is_tried_again_and_no_address_is_written_down(
    case: Request, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: EmailMessage, fail_silently: bool = False) -> int:
        raise ConnectionRefusedError("asker@example.org refused")

    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", broken)
        services.run_due(at=AT)
    row = Mail.objects.get()
    assert (row.sent_at, row.attempts, row.last_error) == (None, 1, "ConnectionRefusedError")
    assert row.next_attempt_at is not None
    services.run_due(at=row.next_attempt_at)
    assert len(_sent()) == 1
    services.run_due(at=LATER)
    assert len(_sent()) == 1


@pytest.mark.parametrize(("language", "word"), [("de", "Anfrage"), ("en", "request")])
def test_mails_speak_the_requesters_language(make: Callable[..., Request], language: str, word: str) -> None:
    make(language=language)
    services.run_due(at=AT)
    assert word in _sent()[0].subject


def test_nothing_can_be_smuggled_into_a_header(make: Callable[..., Request]) -> None:
    make(requester_name="Eve\nBcc: all@example.org", subject="Air\nTo: all@example.org")
    services.run_due(at=AT)
    (sent,) = _sent()
    assert sent.recipients() == ["asker@example.org"]
    assert "all@example.org" not in str(sent.message())


def test_a_mail_queued_for_an_erased_request_is_gone_with_it(case: Request) -> None:
    case.delete()
    assert not Mail.objects.exists()
    services.run_due(at=AT)
    assert _sent() == []
