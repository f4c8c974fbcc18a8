"""Signed notes, checkpoints and cosignatures: byte for byte what others write and read."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from apps.ledger.types import notes

# golang.org/x/mod/sumdb/note, the example of its documentation.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_SEED = base64.b64decode("AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")[1:]
GO_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
GO_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
# c2sp.org/tlog-cosignature, the example under "Format".
C2SP_NOTE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+"
    "xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+"
    "mbIUBkBIfZ+qnA==\n"
)


@dataclass(frozen=True)
class FakeSigner:
    """A signer with its key in memory."""

    name: str
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def public_key(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    def sign(self, message: bytes, /) -> bytes:
        return self.private.sign(message)

    @property
    def key(self) -> notes.Key:
        return notes.Key(name=self.name, public=self.public_key)


def test_a_note_of_the_reference_implementation_is_reproduced_byte_for_byte() -> None:
    signer = FakeSigner("PeterNeumann", Ed25519PrivateKey.from_private_bytes(GO_SEED))
    assert signer.key.encoded() == GO_KEY
    assert notes.sign(GO_TEXT, signer) == f"{GO_TEXT}\n{GO_LINE}"
    notes.parse(f"{GO_TEXT}\n{GO_LINE}").require(notes.parse_key(GO_KEY))


def test_the_example_of_the_standard_is_understood() -> None:
    note = notes.parse(C2SP_NOTE)
    head = notes.parse_head(note.text)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)
    assert head.text() == note.text
    log, witness = note.signatures
    assert len(log.blob) == 64
    assert witness.name == "witness.example.com/w1"
    assert int.from_bytes(witness.blob[:8], "big") == 1679315147
    assert note.text + "\n" + log.line() + witness.line() == C2SP_NOTE


def test_a_cosignature_signs_the_message_of_the_standard() -> None:
    text = notes.parse(C2SP_NOTE).text
    assert notes.cosigned_message(text, 1679315147).decode() == (
        "cosignature/v1\ntime 1679315147\nexample.com/behind-the-sofa\n20852163\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    )


def test_a_cosignature_proves_who_saw_what_and_when() -> None:
    witness, stranger = FakeSigner("did:web:detmold.example"), FakeSigner("did:web:detmold.example")
    text = notes.Head("did:web:bielefeld.example", 3, bytes(32)).text()
    at = datetime(2026, 5, 1, 12, 0, 0, 987654, tzinfo=UTC)
    line = notes.cosign(text, witness, at)
    assert notes.open_cosignature(text, line, witness.key) == at.replace(microsecond=0)
    for wrong_text, key in ((text.replace("3", "4", 1), witness.key), (text, stranger.key)):
        with pytest.raises(notes.BadNote):
            notes.open_cosignature(wrong_text, line, key)


def test_a_plain_signature_is_no_cosignature_and_the_other_way_round() -> None:
    signer = FakeSigner("did:web:detmold.example")
    text = notes.Head("did:web:detmold.example", 3, bytes(32)).text()
    with pytest.raises(notes.BadNote):
        notes.open_cosignature(text, notes.parse(notes.sign(text, signer)).signatures[0].line(), signer.key)
    cosigned_only = text + "\n" + notes.cosign(text, signer, datetime(2026, 5, 1, tzinfo=UTC))
    with pytest.raises(notes.BadNote):
        notes.open_checkpoint(cosigned_only, signer.key)


def test_a_changed_note_is_refused() -> None:
    signer = FakeSigner("log.example")
    note = notes.sign(notes.Head("log.example", 3, bytes(32)).text(), signer)
    assert notes.open_checkpoint(note, signer.key).size == 3
    for changed in (note.replace("\n3\n", "\n4\n"), note.replace("log.example", "log.exemple"), note[:-1], note + "x"):
        with pytest.raises(notes.BadNote):
            notes.open_checkpoint(changed, signer.key)
    with pytest.raises(notes.BadNote):
        notes.open_checkpoint(note, FakeSigner("log.example").key)


def test_signatures_of_strangers_are_passed_over_but_a_false_one_of_the_key_is_not() -> None:
    signer = FakeSigner("log.example")
    note = notes.sign(notes.Head("log.example", 3, bytes(32)).text(), signer)
    strange = notes.parse(notes.sign(GO_TEXT, FakeSigner("stranger"))).signatures[0].line()
    assert notes.open_checkpoint(note + strange, signer.key).size == 3
    false = notes.Signature("log.example", signer.key.id(), bytes(64)).line()
    with pytest.raises(notes.BadNote):
        notes.open_checkpoint(note + false, signer.key)


ROOT = base64.b64encode(bytes(32)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "log\n",
        f"log\n3\n{ROOT}",
        f"\n3\n{ROOT}\n",
        f"log\n03\n{ROOT}\n",
        f"log\n-1\n{ROOT}\n",
        f"log\n+1\n{ROOT}\n",
        f"log\n1_0\n{ROOT}\n",
        f"log\n٣\n{ROOT}\n",
        f"log\n{10**19}\n{ROOT}\n",
        f"log\n{2**63}\n{ROOT}\n",
        "log\n3\nAAAA\n",
        f"log\n3\n{ROOT[:-2]}B=\n",
        f"log\n3\n{ROOT}\nextension\n",
        f"log\n3\n{ROOT}\n\n",
    ],
)
def test_a_malformed_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(notes.BadNote):
        notes.parse_head(text)


@pytest.mark.parametrize(
    "note",
    [
        "",
        "text\n",
        "text\n\n",
        "text\n\n- dash AAAAAAAA\n",
        "text\n\n—  AAAAAAAA\n",
        "text\n\n— na+me AAAAAAAA\n",
        "text\n\n— name AAAA\n",
        "text\n\n— name A-AAAAAA\n",
        "text\r\n\n— name AAAAAAAA\n",
        "text\n\n— name AAAAAAAA",
        "x" * 70_000 + "\n\n— name AAAAAAAA\n",
        "text\n\n" + "— name AAAAAAAA\n" * 65,
    ],
)
def test_a_malformed_note_is_refused(note: str) -> None:
    with pytest.raises(notes.BadNote):
        notes.parse(note)


@given(text=st.text(max_size=60))
def test_noise_is_refused_not_crashed_on(text: str) -> None:
    for read in (notes.parse, notes.parse_head, notes.parse_key, notes.parse_signature):
        try:
            read(text)
        except notes.BadNote:
            continue


@pytest.mark.parametrize("name", ["", "two words", "a+b", "line\nbreak", "x" * 501])
def test_a_key_with_an_impossible_name_is_refused(name: str) -> None:
    with pytest.raises(notes.BadNote):
        notes.Key(name=name, public=bytes(32))
    with pytest.raises(notes.BadNote):
        notes.Key(name="log", public=bytes(31))


@pytest.mark.parametrize("encoded", ["", "log", "log+00000000+AAAA", GO_KEY.replace("c74f", "c74e"), GO_KEY[:-4]])
def test_a_malformed_key_is_refused(encoded: str) -> None:
    with pytest.raises(notes.BadNote):
        notes.parse_key(encoded)
