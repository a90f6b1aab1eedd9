"""Checkpoints: signed heads of the logs (C2SP tlog-checkpoint), made every few seconds when a log grew.

The origin of a log is `<audit_origin>/<log>`, which is also the name of the key in its signature: no
checkpoint of one log can pass for one of another. Ed25519 signs without randomness: one head has one note, so
processes that sign at the same time agree.
"""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from server.audit import store
from server.audit.merkle import HASH_BYTES, CompactRange
from server.audit.models import Head, SignedHead
from server.audit.note import NoteError, VerifierKey, open_note, sign, verifier
from server.clock import Clock
from server.db.connection import AsyncConnection
from server.db.database import Database
from server.repeater import Repeater


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint says: of the log with this origin, the root at this size."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of a checkpoint; raises `NoteError` unless it is exactly origin, size and root."""
        try:
            origin, size, encoded, rest = text.split("\n")
            root = b64decode(encoded, validate=True)
        except ValueError:
            raise NoteError("not a checkpoint") from None
        canonical = size.isascii() and size.isdecimal() and size == str(int(size))
        if rest or not origin or not canonical or len(root) != HASH_BYTES:
            raise NoteError("not a checkpoint")
        return cls(origin, int(size), root)


def open_checkpoint(note: str, key: VerifierKey) -> Checkpoint:
    """The checkpoint in a note signed by this key; raises `NoteError` if it is of another log."""
    checkpoint = Checkpoint.parse(open_note(note, key))
    if checkpoint.origin != key.name:
        raise NoteError("a checkpoint of another log")
    return checkpoint


class ShrunkLogError(Exception):
    """A log is shorter than its newest checkpoint says: it was tampered with, or restored from a backup."""


class Checkpoints:
    """Signs heads. Enter it to do so every `interval_s` in a task of its own."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        key: Ed25519PrivateKey,
        origin: str,
        interval_s: float = 3.0,
    ) -> None:
        self._database = database
        self._clock = clock
        self._key = key
        self._origin = origin
        self._repeater = Repeater("audit-checkpoints", self.run_once, interval_s=interval_s)

    async def __aenter__(self) -> Self:
        await self._repeater.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._repeater.__aexit__(kind, error, traceback)

    def verifier(self, log: str) -> VerifierKey:
        """The key that checkpoints of this log are verified with."""
        return verifier(f"{self._origin}/{log}", self._key)

    async def run_once(self) -> int:
        """Sign the heads of all logs that grew; says how many."""
        async with self._database.snapshot() as connection:
            if not await store.unsigned_heads(connection):
                return 0
        async with self._database.transaction() as transaction:
            grown = await store.unsigned_heads(transaction.connection)
            for head in grown:
                await self._sign(transaction.connection, head)
        return len(grown)

    async def current(self, log: str) -> SignedHead:
        """Sign the present head of a log, unless it is signed already, and return it.

        Raises `ShrunkLogError`: a log that lost entries is not signed again.
        """
        async with self._database.snapshot() as connection:
            latest = await store.latest_checkpoint(connection, log)
            heads = await store.heads(connection, [log])
        head = heads[0] if heads else Head(log)
        if latest is not None and latest.size > head.size:
            raise ShrunkLogError(log)
        if latest is not None and latest.size == head.size:
            return latest
        if not head.size:
            return self._signed(head)
        async with self._database.transaction() as transaction:
            return await self._sign(transaction.connection, head)

    async def _sign(self, connection: AsyncConnection, head: Head) -> SignedHead:
        signed = self._signed(head)
        await store.add_checkpoint(connection, signed)
        return signed

    def _signed(self, head: Head) -> SignedHead:
        if CompactRange.from_bytes(head.size, head.frontier).root() != head.root:
            raise ValueError("the head of a log contradicts itself and is not signed")
        origin = f"{self._origin}/{head.log}"
        note = sign(Checkpoint(origin, head.size, head.root).text(), origin, self._key)
        return SignedHead(head.log, head.size, note, self._clock.now())
