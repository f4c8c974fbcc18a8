"""Where emails go, from one setting."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from django.core.mail.backends.base import BaseEmailBackend

BACKENDS: Final = {
    "": "owlnode.mail.Waiting",
    "console": "django.core.mail.backends.console.EmailBackend",
    "file": "django.core.mail.backends.filebased.EmailBackend",
}
SMTP: Final = "django.core.mail.backends.smtp.EmailBackend"


class Waiting(BaseEmailBackend):
    """No way out is configured: every email waits in its row until one is."""

    def send_messages(self, email_messages: object) -> int:
        """Always raises ConnectionError, so that the rows stay due."""
        raise ConnectionError("OWLNODE_MAIL is not set")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Django's email settings, taken apart."""

    backend: str
    folder: str | None = None
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def from_setting(value: str, files_dir: Path) -> MailSettings:
    """The settings behind ``OWLNODE_MAIL``. Raises ValueError for anything that is none."""
    if value in BACKENDS:
        return MailSettings(BACKENDS[value], folder=str(files_dir / "mail") if value == "file" else None)
    parts = urlsplit(value)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("OWLNODE_MAIL must be smtp://…, smtps://…, file, console or empty")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():
        # Python's smtplib signs in with ASCII only; every email would wait for a reason that nobody understands.
        raise ValueError("user and password in OWLNODE_MAIL must be without umlauts and other such letters")
    tls = parts.scheme == "smtps"
    port = parts.port or (465 if tls else 587)
    return MailSettings(
        backend=SMTP,
        host=parts.hostname,
        port=port,
        user=user,
        password=password,
        # Port 25 is the city's own relay next door; everything else, and every password, is encrypted.
        starttls=not tls and (port != 25 or bool(user)),
        tls=tls,
    )
