"""The tree against RFC 6962's definition, its test vectors, and forged proofs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.audit.merkle import (
    EMPTY_ROOT,
    CompactRange,
    ProofError,
    Span,
    consistency_spans,
    inclusion_spans,
    leaf_hash,
    verify_consistency,
    verify_inclusion,
)
from tests.server.audit import trees

# The leaves and roots that Certificate Transparency implementations share as their test vectors.
VECTOR_LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
VECTOR_ROOTS = [
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

sizes = st.integers(1, 80)


def leaves(size: int) -> list[bytes]:
    return [leaf_hash(b"%d" % index) for index in range(size)]


def compact(hashes: list[bytes]) -> CompactRange:
    tree = CompactRange()
    for digest in hashes:
        tree.append(digest)
    return tree


def hash_of(span: Span, of: list[bytes]) -> bytes:
    return trees.tree_hash(of[span.start : span.end])


def inclusion_proof(index: int, of: list[bytes]) -> tuple[bytes, ...]:
    return tuple(hash_of(span, of) for span in inclusion_spans(index, len(of)))


def consistency_proof(old: int, of: list[bytes]) -> tuple[bytes, ...]:
    return tuple(hash_of(span, of) for span in consistency_spans(old, len(of)))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_shared_vectors(size: int) -> None:
    tree = compact([leaf_hash(leaf) for leaf in VECTOR_LEAVES[:size]])
    assert tree.root().hex() == VECTOR_ROOTS[size]


def test_inclusion_proof_is_that_of_the_shared_vectors() -> None:
    hashes = [leaf_hash(leaf) for leaf in VECTOR_LEAVES]
    assert [digest.hex() for digest in inclusion_proof(5, hashes)] == [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert CompactRange().root() == EMPTY_ROOT == trees.tree_hash([])


@given(sizes)
def test_appending_gives_the_root_of_the_definition(size: int) -> None:
    assert compact(leaves(size)).root() == trees.tree_hash(leaves(size))


@given(sizes, st.integers(0, 20))
def test_a_tree_goes_on_from_its_stored_frontier(size: int, more: int) -> None:
    tree = compact(leaves(size))
    resumed = CompactRange.from_bytes(size, tree.to_bytes())
    for digest in leaves(size + more)[size:]:
        resumed.append(digest)
    assert resumed.root() == trees.tree_hash(leaves(size + more))


def test_a_frontier_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        CompactRange.from_bytes(3, b"\x00" * 32)


@given(sizes)
def test_completed_nodes_are_subtrees_of_the_definition(size: int) -> None:
    tree, hashes = CompactRange(), leaves(size)
    for digest in hashes:
        for node in tree.append(digest):
            span = Span(node.index << node.level, (node.index + 1) << node.level)
            assert node.hash == hash_of(span, hashes)


@given(sizes, st.data())
def test_inclusion_proofs_are_those_of_the_definition_and_verify(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    proof = inclusion_proof(index, hashes)
    assert list(proof) == trees.path(index, hashes)
    root = trees.tree_hash(hashes)
    verify_inclusion(leaf=hashes[index], index=index, size=size, root=root, proof=proof)


@given(sizes, st.data())
def test_consistency_proofs_are_those_of_the_definition_and_verify(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    hashes = leaves(size)
    proof = consistency_proof(old, hashes)
    assert list(proof) == trees.consistency(old, hashes)
    verify_consistency(
        old=old,
        new=size,
        old_root=trees.tree_hash(hashes[:old]),
        new_root=trees.tree_hash(hashes),
        proof=proof,
    )


@given(st.integers(2, 80), st.data())
def test_a_changed_inclusion_proof_is_refused(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    hashes = leaves(size)
    proof, root = inclusion_proof(index, hashes), trees.tree_hash(hashes)
    broken = data.draw(forgeries(proof))
    with pytest.raises(ProofError):
        verify_inclusion(leaf=hashes[index], index=index, size=size, root=root, proof=broken)


@given(st.integers(2, 80), st.data())
def test_an_inclusion_proof_does_not_hold_for_another_leaf_or_place(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size - 1).filter(lambda at: at != index))
    hashes = leaves(size)
    proof, root = inclusion_proof(index, hashes), trees.tree_hash(hashes)
    with pytest.raises(ProofError):
        verify_inclusion(leaf=hashes[other], index=index, size=size, root=root, proof=proof)
    with pytest.raises(ProofError):
        verify_inclusion(leaf=hashes[index], index=other, size=size, root=root, proof=proof)


@given(st.integers(2, 80), st.data())
def test_a_changed_consistency_proof_is_refused(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    hashes = leaves(size)
    broken = data.draw(forgeries(consistency_proof(old, hashes)))
    with pytest.raises(ProofError):
        verify_consistency(
            old=old,
            new=size,
            old_root=trees.tree_hash(hashes[:old]),
            new_root=trees.tree_hash(hashes),
            proof=broken,
        )


@given(st.integers(2, 80), st.data())
def test_a_rewritten_past_has_no_consistency_proof(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size))
    hashes = leaves(size)
    rewritten = [leaf_hash(b"rewritten"), *hashes[1:]]
    with pytest.raises(ProofError):
        verify_consistency(
            old=old,
            new=size,
            old_root=trees.tree_hash(hashes[:old]),
            new_root=trees.tree_hash(rewritten),
            proof=consistency_proof(old, rewritten),
        )


def forgeries(proof: tuple[bytes, ...]) -> st.SearchStrategy[tuple[bytes, ...]]:
    """Proofs with a hash changed, one left out, or one too many."""
    places = range(len(proof))
    changed = [(*proof[:at], leaf_hash(proof[at]), *proof[at + 1 :]) for at in places]
    shorter = [(*proof[:at], *proof[at + 1 :]) for at in places]
    longer = [(*proof, leaf_hash(b"more")), (leaf_hash(b"more"), *proof)]
    return st.sampled_from(changed + shorter + longer)


@pytest.mark.parametrize("index,size", [(0, 0), (1, 1), (-1, 3), (7, 3)])
def test_a_leaf_outside_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ProofError):
        inclusion_spans(index, size)
    with pytest.raises(ProofError):
        verify_inclusion(leaf=b"", index=index, size=size, root=EMPTY_ROOT, proof=())


@pytest.mark.parametrize("old,new", [(0, 3), (4, 3), (-1, 3)])
def test_only_an_earlier_tree_has_a_consistency_proof(old: int, new: int) -> None:
    with pytest.raises(ProofError):
        consistency_spans(old, new)
    with pytest.raises(ProofError):
        verify_consistency(old=old, new=new, old_root=b"", new_root=b"", proof=())
