"""``manage.py peer …``: this node's identity and its peers, from the shell."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Any

from django.contrib.auth import authenticate
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts import selectors as accounts
from apps.accounts.models import User
from apps.core import clock
from apps.core.errors import OwlError
from apps.peers import selectors, services
from apps.peers.models import Peer


class Command(BaseCommand):
    """Each subcommand is one service call; errors say what is wrong and the way out."""

    help = "Show this node's identity; add, confirm, list, suspend, resume, distrust and remove peers; rotate keys."

    def add_arguments(self, parser: CommandParser) -> None:
        """Subcommands and their arguments."""
        commands = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        one = commands.add_parser("identity", help="Show who this node is; makes the first key if needed.")
        one.add_argument("--json", action="store_true", help="As an entry for a trust file.")
        commands.add_parser("list", help="List all peers.")
        add = self._with_user(commands.add_parser("add", help="Propose a peer by its address."))
        add.add_argument("url")
        add.add_argument("--name", default="")
        for name, text in _ON_PEERS.items():
            command = self._with_user(commands.add_parser(name, help=text))
            command.add_argument("peer", help="Its DID or address.")
            if name == "confirm":
                command.add_argument("fingerprint", nargs="+", help="The nine words, or 64 hex digits.")
            elif name != "resume":
                command.add_argument("--reason", default="")
        self._with_user(commands.add_parser("rotate-key", help="Make the next key and tell all peers."))
        self._with_user(commands.add_parser("revoke-key", help="Give up all own keys at once (compromised or lost)."))
        trust = commands.add_parser("trust-file", help="Trust the peers of a file (demo and test regions only).")
        trust.add_argument("path", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run one subcommand."""
        action = str(options["action"]).replace("-", "_")
        try:
            getattr(self, f"_{action}")(options)
        except OwlError as error:
            raise CommandError(f"{error.message} {error.remedy or ''}".strip()) from error

    def _identity(self, options: dict[str, Any]) -> None:
        identity = services.ensure_identity()
        if options["json"]:
            entry = {"name": identity.city_name, "base_url": identity.base_url, "document": selectors.document()}
            self.stdout.write(json.dumps(entry))
            return
        self.stdout.write(f"{identity.city_name}  {identity.did}\nsigns with    {identity.keyid}")
        self._show_fingerprint(identity.fingerprint, identity.words)

    def _list(self, options: dict[str, Any]) -> None:
        now = clock.now()
        for peer in selectors.all_peers():
            seen = f"{peer.last_ok_at:%Y-%m-%d %H:%M} UTC" if peer.last_ok_at else "never"
            skew = "" if peer.clock_offset_s is None else f" clock {peer.clock_offset_s:+.0f} s"
            self.stdout.write(
                f"{peer.name:<24} {peer.state:<10} breaker {peer.breaker(now).value:<9} seen {seen}{skew}  {peer.did}"
            )
            if peer.last_error:
                self.stdout.write(f"{'':<24} {peer.last_error}")

    def _add(self, options: dict[str, Any]) -> None:
        peer = services.propose_peer(base_url=options["url"], name=options["name"], user=self._user(options))
        found = services.fingerprint_of(peer)
        self.stdout.write(f"{peer.name} is proposed. Compare by telephone with the other city, then two confirm:")
        self._show_fingerprint(found.fingerprint, found.words)

    def _confirm(self, options: dict[str, Any]) -> None:
        user = self._proven_user(options)
        peer = services.confirm_peer(peer=_peer(options), fingerprint=" ".join(options["fingerprint"]), user=user)
        waiting = "" if peer.is_trusted else " A second administrator must confirm too."
        self.stdout.write(f"{peer.name}: {peer.state}.{waiting}")

    def _suspend(self, options: dict[str, Any]) -> None:
        self._say(services.suspend(peer=_peer(options), user=self._user(options), reason=options["reason"]))

    def _resume(self, options: dict[str, Any]) -> None:
        self._say(services.resume(peer=_peer(options), user=self._user(options)))

    def _remove(self, options: dict[str, Any]) -> None:
        self._say(services.remove(peer=_peer(options), user=self._user(options), reason=options["reason"]))

    def _distrust(self, options: dict[str, Any]) -> None:
        self._say(services.distrust(peer=_peer(options), user=self._user(options), reason=options["reason"]))

    def _rotate_key(self, options: dict[str, Any]) -> None:
        key = services.rotate_key(user=self._user(options))
        self.stdout.write(f"{key.keyid} is announced; it signs once every peer knows it.")

    def _revoke_key(self, options: dict[str, Any]) -> None:
        key = services.revoke_key(user=self._proven_user(options))
        identity = selectors.this_node()
        self.stdout.write(f"{key.keyid} signs from now on. Every peer must repeat the ceremony:")
        self._show_fingerprint(identity.fingerprint, identity.words)

    def _trust_file(self, options: dict[str, Any]) -> None:
        services.ensure_identity()
        for peer in services.trust_from_file(path=options["path"]):
            self._say(peer)

    def _say(self, peer: Peer) -> None:
        self.stdout.write(f"{peer.name}: {peer.state}")

    def _show_fingerprint(self, fingerprint: str, words: tuple[str, ...]) -> None:
        self.stdout.write(f"fingerprint   {fingerprint}\nin words      {' '.join(words)}")

    def _user(self, options: dict[str, Any]) -> User:
        found = accounts.person(username=options["user"])
        if found is None:
            raise CommandError(f"There is no person named {options['user']!r} on this node.")
        return found

    def _proven_user(self, options: dict[str, Any]) -> User:
        """Two voices must be two people: whoever speaks for trust shows the password, also on the shell."""
        user = self._user(options)
        password = getpass.getpass(f"Password of {user.get_username()}: ")
        if authenticate(username=user.get_username(), password=password) is None:
            raise CommandError("Wrong password.")
        return user

    def _with_user(self, parser: CommandParser) -> CommandParser:
        parser.add_argument("--as", dest="user", required=True, metavar="USERNAME", help="The acting administrator.")
        return parser


_ON_PEERS = {
    "confirm": "Confirm a proposed peer's fingerprint (asks for the password).",
    "suspend": "Stop all exchange with a peer for now.",
    "resume": "Take up exchange with a suspended peer again.",
    "remove": "Part with a peer for good.",
    "distrust": "A peer's key is compromised: begin the ceremony anew.",
}


def _peer(options: dict[str, Any]) -> Peer:
    return selectors.find(options["peer"]) or selectors.peer(options["peer"])
