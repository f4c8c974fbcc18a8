"""The Merkle tree against public vectors and against the definitions of RFC 6962, taken literally."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.ledger.types import merkle
from apps.ledger.types.merkle import Node

# github.com/google/certificate-transparency, merkletree tests: the reference tree of eight entries.
ENTRIES = [
    bytes.fromhex(entry)
    for entry in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}


class Store:
    """All complete subtrees of a list of entries, as the database keeps them."""

    def __init__(self, entries: Sequence[bytes]) -> None:
        self.nodes: dict[Node, bytes] = {}
        self.frontier = merkle.Frontier()
        for index, entry in enumerate(entries):
            leaf = merkle.leaf_hash(entry)
            self.nodes[(0, index)] = leaf
            self.nodes.update(self.frontier.append(leaf))

    def __call__(self, nodes: Sequence[Node]) -> Mapping[Node, bytes]:
        return {node: self.nodes[node] for node in nodes}


def naive_root(entries: Sequence[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    middle = largest_power_below(len(entries))
    return hashlib.sha256(b"\x01" + naive_root(entries[:middle]) + naive_root(entries[middle:])).digest()


def naive_path(index: int, entries: Sequence[bytes]) -> list[bytes]:
    """RFC 6962 section 2.1.1, word for word."""
    if len(entries) == 1:
        return []
    middle = largest_power_below(len(entries))
    if index < middle:
        return [*naive_path(index, entries[:middle]), naive_root(entries[middle:])]
    return [*naive_path(index - middle, entries[middle:]), naive_root(entries[:middle])]


def naive_subproof(old: int, entries: Sequence[bytes], known: bool) -> list[bytes]:
    """RFC 6962 section 2.1.2, word for word."""
    if old == len(entries):
        return [] if known else [naive_root(entries)]
    middle = largest_power_below(len(entries))
    if old <= middle:
        return [*naive_subproof(old, entries[:middle], known), naive_root(entries[middle:])]
    return [*naive_subproof(old - middle, entries[middle:], False), naive_root(entries[:middle])]


def largest_power_below(size: int) -> int:
    """k of RFC 6962: the largest power of two smaller than the size."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference_tree(size: int) -> None:
    store = Store(ENTRIES[:size])
    assert merkle.root(size, store).hex() == ROOTS[size]
    assert store.frontier.root().hex() == ROOTS[size]


@pytest.mark.parametrize(("index", "size"), INCLUSION)
def test_inclusion_proofs_are_those_of_the_reference_tree(index: int, size: int) -> None:
    proof = merkle.inclusion_proof(index, size, Store(ENTRIES[:size]))
    assert [step.hex() for step in proof] == INCLUSION[(index, size)]


@pytest.mark.parametrize(("old", "new"), CONSISTENCY)
def test_consistency_proofs_are_those_of_the_reference_tree(old: int, new: int) -> None:
    proof = merkle.consistency_proof(old, new, Store(ENTRIES[:new]))
    assert [step.hex() for step in proof] == CONSISTENCY[(old, new)]


entries_lists = st.lists(st.binary(max_size=4), min_size=1, max_size=70)


@given(entries=entries_lists)
def test_every_root_equals_the_definition(entries: list[bytes]) -> None:
    store = Store(entries)
    for size in range(len(entries) + 1):
        assert merkle.root(size, store) == naive_root(entries[:size])


@given(entries=entries_lists, data=st.data())
def test_inclusion_proofs_equal_the_definition_and_verify(entries: list[bytes], data: st.DataObject) -> None:
    size = len(entries)
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(index, size, Store(entries))
    assert proof == naive_path(index, entries)
    root, leaf = naive_root(entries), merkle.leaf_hash(entries[index])
    assert merkle.verify_inclusion(index=index, size=size, leaf=leaf, proof=proof, root=root)


@given(entries=entries_lists, data=st.data())
def test_consistency_proofs_equal_the_definition_and_verify(entries: list[bytes], data: st.DataObject) -> None:
    new = len(entries)
    old = data.draw(st.integers(0, new))
    proof = merkle.consistency_proof(old, new, Store(entries))
    if old:
        assert proof == naive_subproof(old, entries, True)
    old_root, new_root = naive_root(entries[:old]), naive_root(entries)
    assert merkle.verify_consistency(old=old, new=new, old_root=old_root, new_root=new_root, proof=proof)


@given(size=st.integers(2, 40), data=st.data())
def test_an_inclusion_proof_shows_nothing_else(size: int, data: st.DataObject) -> None:
    entries = [bytes([number]) for number in range(size)]
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda number: number != index))
    proof = merkle.inclusion_proof(index, size, Store(entries))
    root, leaf = naive_root(entries), merkle.leaf_hash(entries[index])
    assert not merkle.verify_inclusion(
        index=index, size=size, leaf=merkle.leaf_hash(entries[other]), proof=proof, root=root
    )
    assert not merkle.verify_inclusion(index=other, size=size, leaf=leaf, proof=proof, root=root)
    assert not merkle.verify_inclusion(index=index, size=size, leaf=leaf, proof=[*proof, leaf], root=root)
    assert not merkle.verify_inclusion(index=index, size=size, leaf=leaf, proof=proof[:-1], root=root)
    broken = [bytes(32) if step == proof[0] else step for step in proof]
    assert not merkle.verify_inclusion(index=index, size=size, leaf=leaf, proof=broken, root=root)


@given(new=st.integers(2, 40), data=st.data())
def test_no_consistency_proof_holds_for_a_rewritten_history(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, new - 1))
    changed = data.draw(st.integers(0, old - 1))
    entries = [bytes([number]) for number in range(new)]
    rewritten = [b"other" if number == changed else entry for number, entry in enumerate(entries)]
    proof = merkle.consistency_proof(old, new, Store(rewritten))
    seen, shown = naive_root(entries[:old]), naive_root(rewritten)
    assert not merkle.verify_consistency(old=old, new=new, old_root=seen, new_root=shown, proof=proof)
    honest = merkle.consistency_proof(old, new, Store(entries))
    assert not merkle.verify_consistency(old=old, new=new, old_root=seen, new_root=shown, proof=honest)
    assert not merkle.verify_consistency(
        old=old, new=new, old_root=seen, new_root=naive_root(entries), proof=[*honest, bytes(32)]
    )


@given(
    old=st.integers(0, 40),
    new=st.integers(0, 40),
    proof=st.lists(st.binary(min_size=32, max_size=32), max_size=8),
    roots=st.tuples(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32)),
)
def test_noise_is_never_a_proof(old: int, new: int, proof: list[bytes], roots: tuple[bytes, bytes]) -> None:
    if roots[0] != roots[1]:
        assert not merkle.verify_consistency(old=old, new=new, old_root=roots[0], new_root=roots[1], proof=proof)
    assert not merkle.verify_inclusion(index=old, size=new, leaf=roots[0], proof=proof or [b""], root=roots[1])


def test_what_cannot_be_proven_is_refused() -> None:
    store = Store(ENTRIES)
    for index, size in ((8, 8), (-1, 8), (0, 0)):
        with pytest.raises(ValueError, match="has no entry"):
            merkle.inclusion_proof(index, size, store)
    for old, new in ((9, 8), (-1, 8)):
        with pytest.raises(ValueError, match="cannot grow"):
            merkle.consistency_proof(old, new, store)
    with pytest.raises(ValueError, match="one hash"):
        merkle.Frontier(3, [bytes(32)])
