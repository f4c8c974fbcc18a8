"""The ledger on a terminal: prove it, read it, sign it, hand out a proof."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from apps.core.errors import OwlError
from apps.ledger import selectors, services
from apps.ledger.types import Kind, Report, notes, ports

LOUD_FROM = 10_000


class Command(BaseCommand):
    """``manage.py ledger verify | show | checkpoint | proof``; exit code 1 on a fault."""

    help = "Proves, shows and signs this node's ledger. See docs/ledger.md."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the subcommands."""
        actions = parser.add_subparsers(dest="action", required=True)
        verify = actions.add_parser("verify", help="recompute everything from the first entry; exit code 1 on a fault")
        verify.add_argument("--witnessed", action="append", default=[], metavar="FILE", help="a checkpoint a peer kept")
        verify.add_argument("--key", action="append", default=[], help="a key of this node as name+id+base64")
        verify.add_argument("--json", action="store_true", help="the result as one JSON object")
        show = actions.add_parser("show", help="the newest entries")
        show.add_argument("index", nargs="?", type=int, help="one entry, whole")
        show.add_argument("--subject", help="only about this URI")
        show.add_argument("--kind", choices=Kind.values, help="only of this kind")
        show.add_argument("--limit", type=int, default=20, help="how many (default: 20)")
        checkpoint = actions.add_parser("checkpoint", help="sign one if there is something new, and print the latest")
        checkpoint.add_argument("--no-sign", action="store_true", help="only print the latest")
        proof = actions.add_parser("proof", help="everything a stranger needs to check one entry, as JSON")
        proof.add_argument("index", type=int)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the subcommand. Domain errors become one sentence."""
        action = {
            "verify": self._verify,
            "show": self._show,
            "checkpoint": self._checkpoint,
            "proof": self._proof,
        }[options["action"]]
        try:
            action(options)
        except OwlError as error:
            hint = f" ({error.remedy})" if error.remedy else ""
            raise CommandError(f"{error.message}{hint}") from error

    def _verify(self, options: dict[str, Any]) -> None:
        witnessed = [_read(path) for path in options["witnessed"]]
        keys = [notes.parse_key(text) for text in options["key"]] or None
        report = selectors.verify(witnessed=witnessed, keys=keys, progress=self._progress)
        if options["json"]:
            self.stdout.write(json.dumps(_as_json(report)))
        else:
            self._print_report(report)
        if not report.ok:
            sys.exit(1)

    def _progress(self, done: int, total: int) -> None:
        if total >= LOUD_FROM and self.stderr.isatty():
            self.stderr.write(f"\r{done:,} of {total:,} entries", ending="\n" if done == total else "")

    def _print_report(self, report: Report) -> None:
        if not report.ok:
            self.stdout.write(self.style.ERROR(f"FAULT at entry {report.first_fault}: {report.detail}."))
            self.stdout.write(f"{report.entries:,} entries stored. docs/ledger.md says what to do now.")
            return
        self.stdout.write(self.style.SUCCESS(f"The ledger is whole: {report.entries:,} entries."))
        self.stdout.write(f"  root         {report.root.hex()}")
        signed = "signatures checked" if report.signatures else "signatures NOT checked: no key of this node at hand"
        self.stdout.write(f"  checkpoints  {report.checkpoints:,} agree, {signed}")
        for seen in selectors.witness_heads():
            self.stdout.write(f"  witness      {seen.name}: {seen.size:,} entries at {seen.at:%Y-%m-%d %H:%M:%S}Z")
        for fork in selectors.forks(settled=False):
            self.stdout.write(self.style.WARNING(f"  FORK of a peer: {fork} – see the admin under Ledger, Forks"))

    def _show(self, options: dict[str, Any]) -> None:
        if options["index"] is not None:
            entry = selectors.entry(options["index"])
            self.stdout.write(f"#{entry.index}  {_local(entry.at)}  {entry.kind}  {entry.subject}")
            self.stdout.write(json.dumps(entry.payload, indent=2, ensure_ascii=False))
            self.stdout.write(f"leaf hash {bytes(entry.leaf_hash).hex()}")
            return
        found = list(selectors.entries(subject=options["subject"], kind=options["kind"])[: max(options["limit"], 0)])
        for entry in reversed(found):
            facts = "  ".join(f"{name}={value}" for name, value in entry.payload.items() if value != entry.subject)
            self.stdout.write(f"#{entry.index:<8} {_local(entry.at)}  {entry.kind:<16} {entry.subject}  {facts}")
        if not found:
            self.stdout.write("No entry.")

    def _checkpoint(self, options: dict[str, Any]) -> None:
        signer = None if options["no_sign"] else ports.identity().signer()
        if signer is not None:
            services.sign_checkpoint(signer=signer)
        latest = selectors.latest_checkpoint()
        if latest is None:
            raise CommandError("There is no checkpoint: the ledger is empty or this node has no key to sign with.")
        self.stdout.write(selectors.note_with_cosignatures(latest), ending="")

    def _proof(self, options: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(selectors.portable_proof(options["index"]), indent=2, ensure_ascii=False))


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error


def _local(moment: Any) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M:%S")


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "entries": report.entries,
        "ok": report.ok,
        "first_fault": report.first_fault,
        "detail": report.detail,
        "root": report.root.hex(),
        "checkpoints": report.checkpoints,
        "signatures_checked": report.signatures,
    }
