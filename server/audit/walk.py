"""A walk over the leaves of one log, from the first: recomputes hashes, numbers and the tree."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

import orjson

from server.audit.leaf import CLOSING
from server.audit.merkle import CompactRange, Node, leaf_hash
from server.audit.models import Tail


class Reason(StrEnum):
    """What does not hold, and the sentence that says so."""

    message: str

    def __new__(cls, value: str, message: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.message = message
        return member

    FORMAT = "format", "is not in the form of an entry"
    INDEX = "index", "is not at its place: an entry is missing, moved or put in"
    MISSING = "missing", "is missing"
    LOG = "log", "belongs to another log"
    SEQ = "seq", "does not continue the numbers of its consultation"
    CLOSING = "closing", "closes its consultation with a wrong count or last hash"
    LEAF = "leaf", "does not have its stored hash: it was changed"
    COLUMNS = "columns", "has columns that say something else than its leaf"
    NODE = "node", "and those that follow do not lead to a stored hash of the tree"
    CHECKPOINT = "checkpoint", "and those that follow do not lead to a signed checkpoint"
    HEAD = "head", "and those that follow do not lead to the head of the log"
    SIGNATURE = "signature", "is covered by a checkpoint whose signature does not hold"
    CUT = "cut", "was in the log when it was signed, and is not any more"
    BEYOND = "beyond", "is beyond the end of the log"


class BadEntryError(Exception):
    """The first entry that does not hold; with `until`, it is one of those from `index` to before `until`."""

    def __init__(self, reason: Reason, index: int | None = None, until: int | None = None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.index = index
        self.until = until


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a leaf says, its hash, and the inner nodes that it completed."""

    event: dict[str, Any]
    seq: int | None
    hash: bytes
    completed: list[Node]


class LogWalk:
    """Takes the leaves of a log in order. `proven` is the size at which a root was last compared."""

    def __init__(self, log: str) -> None:
        self.log = log
        self.tree = CompactRange()
        self.proven = 0
        self._tails: dict[str, Tail] = {}

    def add(self, leaf: bytes) -> Leaf:
        """Take the next leaf; raises `BadEntryError` if what it says of itself does not fit."""
        index = self.tree.size
        try:
            said = orjson.loads(leaf)
            event, seq = said["event"], said["seq"]
            said_place = (said["log"], said["index"])
            consultation = event["consultation"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise BadEntryError(Reason.FORMAT, index) from None
        if said_place[0] != self.log:
            raise BadEntryError(Reason.LOG, index)
        if said_place[1] != index:
            raise BadEntryError(Reason.INDEX, index)
        digest = leaf_hash(leaf)
        self._number(event, consultation, seq, digest)
        return Leaf(event, seq, digest, self.tree.append(digest))

    def _number(
        self, event: dict[str, Any], consultation: str | None, seq: int | None, digest: bytes
    ) -> None:
        if consultation is None:
            if seq is not None:
                raise BadEntryError(Reason.SEQ, self.tree.size)
            return
        tail = self._tails.get(consultation, Tail(0, b""))
        if seq != tail.seq + 1:
            raise BadEntryError(Reason.SEQ, self.tree.size)
        if event.get("name") == CLOSING:
            self._check_closing(event, tail)
        self._tails[consultation] = Tail(seq, digest)

    def _check_closing(self, event: dict[str, Any], tail: Tail) -> None:
        data = event.get("data", {})
        last_hash = tail.leaf_hash.hex() or None
        if data.get("count") != tail.seq or data.get("last_hash") != last_hash:
            raise BadEntryError(Reason.CLOSING, self.tree.size)

    def check_root(self, root: bytes, reason: Reason) -> None:
        """Compare the tree so far with a root; raises `BadEntryError` naming what came since the last one."""
        if self.tree.root() != root:
            raise BadEntryError(reason, self.proven, self.tree.size)
        self.proven = self.tree.size
