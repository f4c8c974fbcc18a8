"""``manage.py doctor``: explains what is wrong with this node and what to do about it."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.table import Table

from owlnode.operations.findings import duties, machine, outside
from owlnode.operations.findings.finding import Finding

COLOURS = {"ok": "green", "warning": "yellow", "wrong": "red"}


class Command(BaseCommand):
    """Looks at everything; exit status 1 when something is wrong."""

    help = "Explain what is wrong with this node and what to do about it."
    requires_system_checks: list[str] = []  # noqa: RUF012 - Django's own declaration

    def add_arguments(self, parser: CommandParser) -> None:
        """Only the choice of JSON."""
        parser.add_argument("--json", action="store_true", help="print the findings as one JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run every look; a broken database ends the looks that need it, not the doctor."""
        findings = [*machine.look(), *outside.look()]
        if all(finding.state != "wrong" for finding in findings if finding.subject in {"database", "migrations"}):
            findings += duties.look()
        if options["json"]:
            self.stdout.write(json.dumps([finding.__dict__ for finding in findings]))
        else:
            _print(findings)
        if any(finding.state == "wrong" for finding in findings):
            sys.exit(1)


def _print(findings: list[Finding]) -> None:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for finding in findings:
        remedy = f"\n→ {finding.remedy}" if finding.remedy else ""
        state = f"[{COLOURS[finding.state]}]{finding.state}"
        table.add_row(state, finding.subject, finding.detail + remedy)
    Console().print(table)
