"""Emails to requesters: rows first, text and address only at the moment of sending.

An address nobody has confirmed gets one kind of mail only, without any word that a stranger could have put into the
form: whoever types somebody else's address cannot make this node write to them, or learn anything. Links to the request
go to confirmed addresses alone. No mail says what a request is about.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from email.charset import QP, Charset
from smtplib import SMTPDataError, SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from apps.core import duties
from apps.desk import events
from apps.desk.models import Mail, Request
from apps.desk.services import links
from apps.desk.types import MailKind

log = logging.getLogger(__name__)
MAX_CONFIRMATIONS = 3
FOR_GOOD = 500
LEASE_SECONDS = 300
"""More than the slowest conversation with a mail server takes, which may use its timeout at each of a dozen answers."""
SEVEN_BIT = Charset("utf-8")
SEVEN_BIT.body_encoding = QP
"""Umlauts as every mail server takes them, also one without 8BITMIME (RFC 6152)."""


def queue_confirmation(case: Request, *, at: datetime) -> None:
    """Ask for the address to be confirmed; never more than three times for one request."""
    asked = Mail.objects.filter(request=case, kind=MailKind.CONFIRM).count()
    if case.email and case.email_confirmed_at is None and asked < MAX_CONFIRMATIONS:
        _queue(case, MailKind.CONFIRM, at)


def queue_received(case: Request, *, at: datetime) -> None:
    """After confirmation: the receipt with the status link."""
    _queue(case, MailKind.RECEIVED, at)


def queue_link(case: Request, *, at: datetime) -> None:
    """A new status link, where the address is confirmed."""
    if case.email and case.email_confirmed_at is not None:
        _queue(case, MailKind.LINK, at)


def queue_news(case: Request, *, at: datetime) -> None:
    """There is news; one unsent mail is enough. Without a confirmed address nothing is sent."""
    if not case.email or case.email_confirmed_at is None:
        return
    if not Mail.objects.filter(
        request=case, kind=MailKind.NEWS, sent_at__isnull=True, dropped_at__isnull=True
    ).exists():
        _queue(case, MailKind.NEWS, at)


def drain(*, at: datetime | None = None, limit: int = 20) -> int:
    """Send what is due, one after the other; returns how many were sent.

    What fails is tried again, later each time; what the requester's server refuses for good is dropped with the reason.
    Each is claimed when its turn comes: a slow server must not let another worker send the rest once more.
    """
    unsent = Mail.objects.filter(sent_at__isnull=True)
    waiting = duties.in_turn(unsent, at=at, limit=limit, lease_seconds=LEASE_SECONDS)
    return sum(_send(row, moment) for row, moment in waiting)


@dataclass(frozen=True, slots=True)
class Letter:
    """An email's subject and text in the requester's language."""

    subject: str
    body: str


def compose(case: Request, kind: str, token: str) -> Letter:
    """The email of this kind; ``token`` opens what it links to. Fixed words, a case number and a link: no header and no
    text can be smuggled in."""
    with override(case.language):
        city = settings.NODE.city_name
        number = case.case_number
        subject = {
            MailKind.CONFIRM: _("Please confirm your address – request %(number)s"),
            MailKind.RECEIVED: _("Your request %(number)s"),
            MailKind.NEWS: _("News about your request %(number)s"),
            MailKind.LINK: _("New link to your request %(number)s"),
        }[MailKind(kind)] % {"number": number}
        paragraphs = [*_paragraphs(kind, city, number), _address(kind, token), _ending(city)]
        return Letter(subject, "\n\n".join(paragraphs) + "\n")


def _paragraphs(kind: str, city: str, number: str) -> list[str]:
    values = {"city": city, "number": number}
    if kind == MailKind.CONFIRM:
        return [
            _("Good day,"),
            _("somebody sent the city of %(city)s a request for data and gave this address. Its number is %(number)s.")
            % values,
            _(
                "Was it you? Then please open the link below. It only confirms your address: the request has been"
                " received already, and the deadline is running."
            ),
            _("If it was not you, ignore this message. You will get no further news about this request."),
        ]
    if kind == MailKind.RECEIVED:
        return [
            _("Good day,"),
            _("thank you, your address is confirmed. Your request has the number %(number)s.") % values,
            _(
                "With the link below you see how it stands, answer questions and withdraw it. Whoever knows the link"
                " can do so, too: please keep it to yourself."
            ),
        ]
    if kind == MailKind.LINK:
        return [
            _("Good day,"),
            _("here is the new link to your request %(number)s. The links from before are no longer good.") % values,
        ]
    return [
        _("Good day,"),
        _("there is news about your request %(number)s. For your protection it stands on the status page only:")
        % values,
    ]


def _address(kind: str, token: str) -> str:
    name = "desk-confirm" if kind == MailKind.CONFIRM else "desk-status"
    return f"{settings.NODE.base_url}{reverse(name, kwargs={'token': token})}"


def _ending(city: str) -> str:
    return "\n".join([_("Kind regards"), _("City of %(city)s, data requests") % {"city": city}])


def _queue(case: Request, kind: MailKind, at: datetime) -> None:
    Mail.objects.create(request=case, kind=kind, created_at=at, next_attempt_at=at)
    events.work_queued.announce(events.WorkQueued(case.pk))


def _send(row: Mail, at: datetime) -> int:
    case = row.request
    if not case.email or (row.kind != MailKind.CONFIRM and case.email_confirmed_at is None):
        _drop(row, at)
        return 0
    try:
        letter = compose(case, row.kind, _token(case, row.kind, at))
        email = EmailMessage(
            letter.subject, letter.body, settings.DEFAULT_FROM_EMAIL, [case.email], headers=_headers(row)
        )
        email.encoding = SEVEN_BIT
        email.send()
    except (OSError, SMTPException, ValueError) as error:
        _not_sent(row, error, at)
        return 0
    with transaction.atomic():
        duties.settle(row, at=at, next_attempt_at=None)
        Mail.objects.filter(pk=row.pk).update(sent_at=at)
    return 1


def _not_sent(row: Mail, error: Exception, at: datetime) -> None:
    """Try again later; or not, where an answer of 5xx to the address or the text says that it is for good (RFC 5321,
    section 4.2.1). The address must not stand in a log or an operator's screen, and servers like to quote it: what is
    noted is the kind of error and the server's code."""
    code = _code(error)
    reason = f"{type(error).__name__} {code}" if code else type(error).__name__
    log.warning("an email was not sent", extra={"mail": row.pk, "reason": reason})
    if code >= FOR_GOOD and isinstance(error, (SMTPRecipientsRefused, SMTPDataError)):
        _drop(row, at, reason)
    else:
        duties.fail(row, error=reason, at=at, base_seconds=30, cap_seconds=3600)


def _code(error: Exception) -> int:
    """The code of the server's answer; 0 where there was none."""
    if isinstance(error, SMTPRecipientsRefused):
        return next((code for code, _words in error.recipients.values()), 0)
    return error.smtp_code if isinstance(error, SMTPResponseException) else 0


def _token(case: Request, kind: str, at: datetime) -> str:
    return links.current(case=case, purpose="confirm" if kind == MailKind.CONFIRM else "status", at=at)


def _drop(row: Mail, at: datetime, reason: str = "") -> None:
    with transaction.atomic():
        duties.settle(row, at=at, next_attempt_at=None)
        Mail.objects.filter(pk=row.pk).update(dropped_at=at, last_error=reason)


def _headers(row: Mail) -> dict[str, str]:
    # RFC 3834: no automatic answer may come back, and none may start a loop. The number is the row's: whoever gets an
    # email again, because the answer to the first one was lost, can tell that it is the same.
    host = urlsplit(settings.NODE.base_url).hostname
    return {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "Message-ID": f"<{row.pk}.{row.created_at:%Y%m%d%H%M%S%f}@{host}>",
    }
