"""The RFC 6962 Merkle tree: appending, inclusion and consistency proofs, and their verification.

Everything here is a pure function of hashes. A log never holds its whole tree: appending needs the frontier
only (the compact range: one hash for each set bit of the size), and a proof is first a list of the `Span`s of
leaves whose subtree hashes it consists of; `server.audit.tiles` finds those from what is stored.
"""

from dataclasses import dataclass, field
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


class ProofError(Exception):
    """A proof does not hold, or cannot belong to such a tree."""


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of a leaf (RFC 6962, section 2.1)."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node (RFC 6962, section 2.1)."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The leaves from `start` up to, not including, `end`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Node:
    """The root of a complete subtree of 2**level leaves, the `index`-th of its level."""

    level: int
    index: int
    hash: bytes


@dataclass(slots=True)
class CompactRange:
    """The right edge of a tree of `size` leaves: its complete subtrees, the largest first."""

    size: int = 0
    frontier: list[bytes] = field(default_factory=list)

    @classmethod
    def from_bytes(cls, size: int, frontier: bytes) -> "CompactRange":
        """Read back what `to_bytes` wrote; raises `ValueError` if it does not fit the size."""
        if len(frontier) != HASH_BYTES * size.bit_count():
            raise ValueError("the frontier does not fit the size")
        parts = range(0, len(frontier), HASH_BYTES)
        return cls(size, [frontier[at : at + HASH_BYTES] for at in parts])

    def to_bytes(self) -> bytes:
        return b"".join(self.frontier)

    def append(self, leaf: bytes) -> list[Node]:
        """Add a leaf by its hash; returns the inner nodes that it completed, lowest first."""
        completed = []
        level, index, subtree = 0, self.size, leaf
        while index & 1:
            subtree = node_hash(self.frontier.pop(), subtree)
            level, index = level + 1, index >> 1
            completed.append(Node(level, index, subtree))
        self.frontier.append(subtree)
        self.size += 1
        return completed

    def root(self) -> bytes:
        """Root of the tree so far (RFC 6962 `MTH`)."""
        return fold(self.frontier) if self.frontier else EMPTY_ROOT


def fold(subtrees: list[bytes]) -> bytes:
    """Combine complete subtrees, the largest first, into the root above them. There is at least one."""
    root = subtrees[-1]
    for subtree in reversed(subtrees[:-1]):
        root = node_hash(subtree, root)
    return root


def inclusion_spans(index: int, size: int) -> tuple[Span, ...]:
    """What the inclusion proof of a leaf consists of, from the leaf up (RFC 6962, section 2.1.1)."""
    if not 0 <= index < size:
        raise ProofError("there is no such leaf in a tree of this size")
    spans: list[Span] = []
    start, end = 0, size
    while end - start > 1:
        middle = _middle(start, end)
        if index < middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    return tuple(reversed(spans))


def consistency_spans(old: int, new: int) -> tuple[Span, ...]:
    """What the proof that the tree of `old` leaves is a prefix consists of (RFC 6962, section 2.1.2)."""
    if not 0 < old <= new:
        raise ProofError("only an earlier, not empty tree can be proved a prefix")
    spans: list[Span] = []
    start, end = 0, new
    while end != old:
        middle = _middle(start, end)
        if old <= middle:
            spans.append(Span(middle, end))
            end = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    if start:
        spans.append(Span(start, end))
    return tuple(reversed(spans))


def _middle(start: int, end: int) -> int:
    """Where RFC 6962 splits these leaves: after the largest power of two that is less than all."""
    return start + (1 << ((end - start - 1).bit_length() - 1))


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: tuple[bytes, ...]) -> bytes:
    """The root that an inclusion proof leads to (RFC 9162, section 2.1.3.2).

    Raises `ProofError` if the proof is too short or too long for such a tree.
    """
    if not 0 <= index < size:
        raise ProofError("there is no such leaf in a tree of this size")
    node, last, root = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise ProofError("the proof is too long")
        if node & 1 or node == last:
            root = node_hash(sibling, root)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            root = node_hash(root, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    return root


def verify_inclusion(*, leaf: bytes, index: int, size: int, root: bytes, proof: tuple[bytes, ...]) -> None:
    """Raise `ProofError` unless the leaf with this hash is at `index` of the tree with this root."""
    if root_of_inclusion(leaf, index, size, proof) != root:
        raise ProofError("the proof leads to another root")


def verify_consistency(
    *, old: int, new: int, old_root: bytes, new_root: bytes, proof: tuple[bytes, ...]
) -> None:
    """Raise `ProofError` unless the old tree is a prefix of the new (RFC 9162, section 2.1.4.2)."""
    if not 0 < old <= new:
        raise ProofError("only an earlier, not empty tree can be proved a prefix")
    if old == new:
        if proof or old_root != new_root:
            raise ProofError("trees of one size have one root and need no proof")
        return
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        raise ProofError("the proof is too short")
    if _roots_of_consistency(old, new, path) != (old_root, new_root):
        raise ProofError("the proof leads to other roots")


def _roots_of_consistency(old: int, new: int, path: list[bytes]) -> tuple[bytes, bytes]:
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old_root = new_root = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise ProofError("the proof is too long")
        if node & 1 or node == last:
            old_root = node_hash(sibling, old_root)
            new_root = node_hash(sibling, new_root)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new_root = node_hash(new_root, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise ProofError("the proof is too short")
    return old_root, new_root
