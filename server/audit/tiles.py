"""Which hashes of the tree are stored, and how the hash of any span of leaves is found from them.

Stored are the leaf hashes (level 0) and the complete subtrees whose level is a multiple of 8, as in C2SP
tlog-tiles: one row more for every 256 leaves, and a proof in a log of any size reads at most 255 hashes of
each stored level. `runs` says what to read for a span, `span_hash` combines what was read.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from server.audit.merkle import Node, Span, fold, node_hash

TILE_HEIGHT = 8

Hashes = Mapping[tuple[int, int], bytes]
"""Stored hashes by (level, index)."""


@dataclass(frozen=True, slots=True, order=True)
class Run:
    """Stored hashes of one level, from index `start` up to, not including, `end`."""

    level: int
    start: int
    end: int


def is_stored(node: Node) -> bool:
    """Say whether this inner node is one that is stored."""
    return node.level % TILE_HEIGHT == 0


def runs(spans: Iterable[Span]) -> frozenset[Run]:
    """What has to be read to hash these spans."""
    return frozenset(_run(level, index) for span in spans for level, index in subtrees(span))


def subtrees(span: Span) -> Iterator[tuple[int, int]]:
    """Cut a span into complete subtrees (level, index), left to right."""
    start = span.start
    while start < span.end:
        level = (span.end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        yield level, start >> level
        start += 1 << level


def span_hash(span: Span, hashes: Hashes) -> bytes:
    """The hash of a span that RFC 6962 makes a subtree; raises `KeyError` if a hash was not read."""
    return fold([_subtree(level, index, hashes) for level, index in subtrees(span)])


def _run(level: int, index: int) -> Run:
    above = level % TILE_HEIGHT
    return Run(level - above, index << above, (index + 1) << above)


def _subtree(level: int, index: int, hashes: Hashes) -> bytes:
    run = _run(level, index)
    row = [hashes[run.level, at] for at in range(run.start, run.end)]
    while len(row) > 1:
        row = [node_hash(row[at], row[at + 1]) for at in range(0, len(row), 2)]
    return row[0]
