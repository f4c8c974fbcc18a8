"""``manage.py ledger``: readable, and exit code 1 on a fault."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from apps.ledger import services
from apps.ledger.models import Entry
from apps.ledger.types import notes
from tests.ledger.conftest import OWN, PEER, FakeIdentity, FakeSigner, tampering

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "ledger.md"


def run(*arguments: str) -> str:
    """The command's standard output."""
    out = io.StringIO()
    call_command("ledger", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def test_verify_says_that_all_is_well(fill: Callable[[int], list[Entry]], identity: FakeIdentity) -> None:
    fill(5)
    run("checkpoint")
    said = run("verify")
    assert "The ledger is whole: 5 entries." in said
    assert "1 agree, signatures checked" in said


def test_verify_without_a_key_says_what_it_could_not_check(fill: Callable[[int], list[Entry]]) -> None:
    fill(5)
    assert "NOT checked" in run("verify")


def test_verify_exits_with_1_and_names_the_entry(fill: Callable[[int], list[Entry]]) -> None:
    fill(5)
    with tampering() as execute:
        execute("UPDATE ledger_entry SET kind = 'alarm' WHERE index = 3")
    out = io.StringIO()
    with pytest.raises(SystemExit) as caught:
        call_command("ledger", "verify", stdout=out, no_color=True)
    assert caught.value.code == 1
    assert "FAULT at entry 3" in out.getvalue()
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("ledger", "verify", "--json", stdout=out)
    assert json.loads(out.getvalue())["first_fault"] == 3


def test_verify_takes_the_note_a_witness_kept(
    fill: Callable[[int], list[Entry]], signer: FakeSigner, tmp_path: Path
) -> None:
    fill(5)
    kept = tmp_path / "note"
    kept.write_text(notes.sign(notes.Head(OWN, 7, bytes(32)).text(), signer), encoding="utf-8")
    with pytest.raises(SystemExit):
        run("verify", "--witnessed", str(kept), "--key", signer.key.encoded())
    with pytest.raises(CommandError):
        run("verify", "--witnessed", str(kept), "--key", FakeSigner(OWN).key.encoded())
    with pytest.raises(CommandError):
        run("verify", "--witnessed", str(tmp_path / "nothing"))


def test_show_prints_entries_or_one_of_them(fill: Callable[[int], list[Entry]]) -> None:
    assert "No entry." in run("show")
    fill(3)
    services.append(kind="peer-change", subject=PEER, payload={"peer": PEER, "change": "trusted"})
    assert [line.split()[0] for line in run("show").splitlines()] == ["#0", "#1", "#2", "#3"]
    assert "change=trusted" in run("show", "--subject", PEER)
    assert run("show", "--kind", "alarm").strip() == "No entry."
    assert '"epoch": 2' in run("show", "2")
    with pytest.raises(CommandError):
        run("show", "9")


def test_checkpoint_signs_what_is_new_and_prints_it(
    fill: Callable[[int], list[Entry]], identity: FakeIdentity, signer: FakeSigner
) -> None:
    with pytest.raises(CommandError):
        run("checkpoint")
    fill(3)
    with pytest.raises(CommandError):
        run("checkpoint", "--no-sign")
    assert notes.open_checkpoint(run("checkpoint"), signer.key).size == 3


def test_a_stranger_checks_a_proof_with_the_script_in_the_documentation(
    fill: Callable[[int], list[Entry]], identity: FakeIdentity, signer: FakeSigner, witness: FakeSigner, tmp_path: Path
) -> None:
    fill(11)
    note = run("checkpoint")
    line = notes.cosign(notes.parse(note).text, witness, Entry.objects.get(index=0).at)
    services.record_cosignature(size=11, origin=OWN, line=line, key=witness.key)
    script = re.search(r"```python\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert script
    (tmp_path / "check.py").write_text(script[1], encoding="utf-8")
    proof = json.loads(run("proof", "6"))

    def check(changed: dict[str, object], *keys: str) -> subprocess.CompletedProcess[str]:
        (tmp_path / "proof.json").write_text(json.dumps({**proof, **changed}), encoding="utf-8")
        command = [sys.executable, "check.py", "proof.json", *keys]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    good = check({}, signer.key.encoded(), witness.key.encoded(notes.COSIGNATURE_V1))
    assert good.returncode == 0, good.stderr
    assert f"cosigned by {PEER}" in good.stdout
    changes: tuple[dict[str, object], ...] = (
        {"leaf": proof["leaf"].replace('"epoch":6', '"epoch":7')},
        {"proof": proof["proof"][::-1]},
        {"index": 5},
        {"checkpoint": proof["checkpoint"].replace("\n11\n", "\n12\n")},
    )
    for changed in changes:
        assert check(changed, signer.key.encoded()).returncode == 1
    assert check({}, FakeSigner(OWN).key.encoded()).returncode == 1


def test_a_proof_needs_a_checkpoint_that_covers_the_entry(fill: Callable[[int], list[Entry]]) -> None:
    fill(3)
    for index in ("1", "7"):
        with pytest.raises(CommandError):
            run("proof", index)
