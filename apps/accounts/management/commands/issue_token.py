"""Issue an API token for a service, for example a gateway that delivers readings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts import services
from apps.accounts.types import UserKind
from apps.core import clock
from apps.core.errors import OwlError


class Command(BaseCommand):
    """``manage.py issue_token SERVICE --scope ingest:write`` – prints the secret, and only that, to standard output."""

    help = "Issues an API token for a service (made when it is new) and prints the secret, shown only this once."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("service", help="name of the service, for example the gateway")
        parser.add_argument("--scope", action="append", required=True, help="what it may do; can be repeated")
        parser.add_argument("--name", default="", help="name of the token; default: the service's")
        parser.add_argument("--days", type=int, default=365, help="days until it expires; 0: never (default: 365)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Issue the token and print its secret."""
        now = clock.now()
        expires_at = now + timedelta(days=options["days"]) if options["days"] else None
        try:
            user = services.create_principal(kind=UserKind.SERVICE, name=options["service"])
            token, secret = services.issue_token(
                name=options["name"] or options["service"],
                user=user,
                scopes=options["scope"],
                expires_at=expires_at,
                at=now,
            )
        except OwlError as error:
            raise CommandError(error.message) from error
        until = f"until {expires_at:%Y-%m-%d}" if expires_at else "until it is revoked"
        self.stderr.write(f"{token.prefix} for {user.display_name}: {', '.join(token.scopes)}, {until}:")
        self.stdout.write(secret)
