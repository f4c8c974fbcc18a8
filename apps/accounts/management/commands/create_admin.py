"""Make a person who runs this node. The password never stands on the command line, where every user could read it."""

from __future__ import annotations

import getpass
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts import selectors, services
from apps.core.errors import OwlError

VARIABLE = "OWLNODE_ADMIN_PASSWORD"


class Command(BaseCommand):
    """``manage.py create_admin NAME`` – repeatable: an account that is there already is left as it is."""

    help = (
        f"Creates an administrator. The password is read from {VARIABLE}, else from standard input (asked for twice "
        "on a terminal). Running it again changes nothing unless --reset-password is given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("username")
        parser.add_argument("--display-name", default="")
        parser.add_argument("--email", default="")
        parser.add_argument("--reset-password", action="store_true", help="give an existing person this password")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the person, or reset the password of the one there is."""
        username: str = options["username"]
        person = selectors.person(username=username)
        if person is not None and not options["reset_password"]:
            self.stdout.write(f"{username} is already there; nothing changed.")
            return
        try:
            if person is not None:
                services.set_password(user=person, password=_password())
                self.stdout.write(f"{username} has a new password.")
                return
            services.create_administrator(
                username=username,
                password=_password(),
                display_name=options["display_name"],
                email=options["email"],
            )
        except OwlError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"{username} can now log in at /admin/.")


def _password() -> str:
    given = os.environ.get(VARIABLE)
    if given is None and sys.stdin.isatty():
        given = getpass.getpass("Password: ")
        if getpass.getpass("Once more: ") != given:
            raise CommandError("The two passwords differ.")
    if given is None:
        given = sys.stdin.readline().rstrip("\r\n")
    if not given:
        raise CommandError(f"No password: set {VARIABLE} or write it to standard input.")
    return given
