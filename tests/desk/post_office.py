"""A mail server that really speaks SMTP, takes or refuses what a test says, and may vanish at any word."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from owlnode.embedded.mosquitto import free_port

NAME, WORD = "anfragen", "pass:w/rt@1"
HOST = "localhost"


@dataclass
class Letter:
    """A message as it came: its envelope's recipients, its bytes, and whether they came encrypted and from whom."""

    recipients: list[str]
    raw: bytes
    encrypted: bool
    login: bool

    @property
    def parsed(self) -> EmailMessage:
        """The message with its headers decoded."""
        found = message_from_bytes(self.raw, policy=policy.default)
        assert isinstance(found, EmailMessage)
        return found


@dataclass
class Behaviour:
    """``at_recipient`` and ``at_text`` are answers ('' takes it); it vanishes ``before_text`` or ``after_text``."""

    at_recipient: str = ""
    at_text: str = ""
    vanishes: str = ""
    letters: list[Letter] = field(default_factory=list)
    asked: int = 0

    async def handle_RCPT(  # noqa: N802 - the name that the server looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient or not."""
        self.asked += 1
        if self.at_recipient:
            return self.at_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the name that the server looks for
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep a message, or not; vanish before anybody hears of it."""
        if self.at_text:
            return self.at_text
        content = envelope.content
        assert isinstance(content, bytes)
        encrypted = session.ssl is not None
        self.letters.append(Letter(list(envelope.rcpt_tos), content, encrypted, bool(session.authenticated)))
        if self.vanishes == "after_text" and server.transport is not None:
            server.transport.close()
        return "250 OK"


class Server(SMTP):
    """The protocol, with a plug to pull."""

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the name that the server looks for
        """Say that the text may come, and be gone."""
        if self.event_handler.vanishes != "before_text":
            await super().smtp_DATA(arg)
            return
        await self.push("354 End data with <CR><LF>.<CR><LF>")
        if self.transport is not None:
            self.transport.close()


class PostOffice(Controller):
    """One server at ``localhost``; with a certificate it wants STARTTLS and a login, without it offers neither."""

    def __init__(self, behaviour: Behaviour, certificate: tuple[Path, Path] | None = None) -> None:
        self.behaviour = behaviour
        settings: dict[str, Any] = {}
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            settings = {
                "tls_context": context,
                "require_starttls": True,
                "auth_required": True,
                "authenticator": self._knows,
            }
        super().__init__(behaviour, hostname="127.0.0.1", port=free_port(), **settings)

    def factory(self) -> SMTP:
        """One conversation."""
        return Server(self.handler, **self.SMTP_kwargs)

    def url(self, *, login: str = f"{NAME}:pass%3Aw%2Frt%401") -> str:
        """The address as OWLNODE_MAIL has it."""
        return f"smtp://{login}{'@' if login else ''}{HOST}:{self.port}"

    @staticmethod
    def _knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        known = LoginPassword(NAME.encode(), WORD.encode())
        return AuthResult(success=data == known, handled=False)
