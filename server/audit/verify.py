"""Verification of the logs in a database: everything is computed again from the leaves.

For each log, in order: the leaf is what its stored hash says, is at its place, continues its consultation's
numbers, and its columns repeat it; the tree agrees with every stored node, with every checkpoint and its
signature, and with the head. Memory is bounded by a page and one number for each consultation.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from server.audit import store
from server.audit.checkpoints import Checkpoint, open_checkpoint
from server.audit.models import Entry, Head, SignedHead
from server.audit.note import NoteError, VerifierKey, unverified_text
from server.audit.tiles import Run, is_stored
from server.audit.walk import BadEntryError, Leaf, LogWalk, Reason
from server.db.connection import AsyncConnection
from server.db.database import Database

PAGE = 2_000

Progress = Callable[[int], None]
"""Told how many entries were verified since it was last told."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one log. `fault` is the first entry that does not hold, if any."""

    log: str
    entries: int
    checkpoints: int
    fault: BadEntryError | None


class Verifier:
    """Verifies the logs of a database. `key_of` gives the verifier key of a log.

    Without the key of a log its checkpoints are compared, but their signatures are not verified.
    """

    def __init__(
        self, database: Database, key_of: Callable[[str], VerifierKey | None], progress: Progress
    ) -> None:
        self._database = database
        self._key_of = key_of
        self._progress = progress

    async def logs(self) -> Mapping[str, int]:
        """The logs there are traces of, and how many entries their heads say they have."""
        async with self._database.snapshot() as connection:
            return await store.log_sizes(connection)

    async def verify(self, log: str) -> Verdict:
        """Verify one log, up to where it is now."""
        walk = _StoredWalk(self._database, log, self._key_of(log), self._progress)
        try:
            await walk.run()
        except BadEntryError as fault:
            return Verdict(log, walk.leaves.tree.size, walk.checkpoints, fault)
        return Verdict(log, walk.leaves.tree.size, walk.checkpoints, None)


class _StoredWalk:
    def __init__(self, database: Database, log: str, key: VerifierKey | None, progress: Progress) -> None:
        self._database = database
        self._log = log
        self._key = key
        self._progress = progress
        self.leaves = LogWalk(log)
        self.checkpoints = 0

    async def run(self) -> None:
        head = await self._head()
        while self.leaves.tree.size < head.size:
            await self._page(head.size)
        if self.leaves.tree.to_bytes() != head.frontier:
            raise BadEntryError(Reason.HEAD, self.leaves.proven)
        self.leaves.check_root(head.root, Reason.HEAD)

    async def _head(self) -> Head:
        """The head, checked against the ends that others name. It is read last: it is never behind them."""
        async with self._database.snapshot() as connection:
            last = await store.last_index(connection, self._log)
        async with self._database.snapshot() as connection:
            signed = await store.latest_checkpoint(connection, self._log)
        async with self._database.snapshot() as connection:
            heads = await store.heads(connection, [self._log])
        head = heads[0] if heads else Head(self._log)
        if signed is not None and signed.size > head.size:
            raise BadEntryError(Reason.CUT, head.size, signed.size)
        if last is not None and last >= head.size:
            raise BadEntryError(Reason.BEYOND, head.size)
        return head

    async def _page(self, end: int) -> None:
        start = self.leaves.tree.size
        async with self._database.snapshot() as connection:
            entries = await store.page(connection, self._log, start, end, PAGE)
            if not entries:
                raise BadEntryError(Reason.MISSING, start)
            stop = entries[-1].index + 1
            signed = await store.checkpoints_between(connection, self._log, start, stop)
            nodes = await self._nodes(connection, start, stop)
        self._walk(entries, {head.size: head for head in signed}, nodes)
        self._progress(len(entries))

    async def _nodes(
        self, connection: AsyncConnection, start: int, stop: int
    ) -> Mapping[tuple[int, int], bytes]:
        levels = range(8, max(stop.bit_length(), 9), 8)
        return await store.hashes(
            connection,
            self._log,
            [Run(level, start >> level, (stop >> level) + 1) for level in levels],
        )

    def _walk(
        self,
        entries: Sequence[Entry],
        signed: Mapping[int, SignedHead],
        nodes: Mapping[tuple[int, int], bytes],
    ) -> None:
        for entry in entries:
            if entry.index != self.leaves.tree.size:
                raise BadEntryError(Reason.MISSING, self.leaves.tree.size)
            leaf = self.leaves.add(entry.leaf)
            if leaf.hash != entry.leaf_hash:
                raise BadEntryError(Reason.LEAF, entry.index)
            if not _columns_hold(entry, leaf):
                raise BadEntryError(Reason.COLUMNS, entry.index)
            self._check_nodes(leaf, nodes)
            if entry.index + 1 in signed:
                self._check_checkpoint(signed[entry.index + 1])

    def _check_nodes(self, leaf: Leaf, nodes: Mapping[tuple[int, int], bytes]) -> None:
        for node in leaf.completed:
            if is_stored(node) and nodes.get((node.level, node.index)) != node.hash:
                start = node.index << node.level
                raise BadEntryError(Reason.NODE, start, self.leaves.tree.size)

    def _check_checkpoint(self, signed: SignedHead) -> None:
        self.checkpoints += 1
        try:
            checkpoint = (
                Checkpoint.parse(unverified_text(signed.note))
                if self._key is None
                else open_checkpoint(signed.note, self._key)
            )
        except NoteError:
            raise BadEntryError(Reason.SIGNATURE, self.leaves.proven, signed.size) from None
        if checkpoint.size != signed.size:
            raise BadEntryError(Reason.SIGNATURE, self.leaves.proven, signed.size)
        self.leaves.check_root(checkpoint.root, Reason.CHECKPOINT)


def _columns_hold(entry: Entry, leaf: Leaf) -> bool:
    event = leaf.event
    try:
        said = (
            event["id"],
            event["consultation"],
            leaf.seq,
            event["visit"],
            event["name"],
            event["actor"]["id"],
            datetime.fromisoformat(event["time"]),
        )
    except (KeyError, TypeError, ValueError):
        return False
    return said == (
        entry.event_id,
        entry.consultation_id,
        entry.consultation_seq,
        entry.visit_id,
        entry.name,
        entry.actor_id,
        entry.occurred_at,
    )
