"""An export of a log: JSON Lines that verify without the server.

The first line is a header with a checkpoint and the key that verifies it; every further line is one leaf,
byte for byte as it was hashed, from index 0 up to the size of the checkpoint.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass

import orjson

from server.audit import store
from server.audit.checkpoints import open_checkpoint
from server.audit.models import SignedHead
from server.audit.note import NoteError, VerifierKey
from server.audit.walk import BadEntryError, LogWalk, Reason
from server.db.database import Database

FORMAT = "officina-audit-export/1"
PAGE = 500


@dataclass(frozen=True, slots=True)
class Export:
    """A log up to a checkpoint. Only one page of it is in memory at a time."""

    database: Database
    signed: SignedHead
    key: VerifierKey

    async def lines(self) -> AsyncIterator[bytes]:
        """The lines of the export, a page of them at a time; no connection is held in between."""
        header = {
            "format": FORMAT,
            "log": self.signed.log,
            "size": self.signed.size,
            "checkpoint": self.signed.note,
            "key": str(self.key),
        }
        yield orjson.dumps(header) + b"\n"
        start = 0
        while start < self.signed.size:
            async with self.database.snapshot() as connection:
                page = await store.page(connection, self.signed.log, start, self.signed.size, PAGE)
            if not page:
                raise EOFError("the log is shorter than its checkpoint")
            yield b"".join(entry.leaf + b"\n" for entry in page)
            start = page[-1].index + 1


def verify_export(lines: Iterable[bytes], keys: Mapping[str, VerifierKey] | None = None) -> LogWalk:
    """Recompute an export; `keys` were had from elsewhere, without them the export's own is believed.

    Returns the walk over its entries; raises `BadEntryError` at the first that does not hold.
    """
    rest = iter(lines)
    header = _header(next(rest, b""))
    try:
        own = VerifierKey.parse(header["key"])
        trusted = own if keys is None else keys.get(own.name)
        if trusted is None:
            raise BadEntryError(Reason.SIGNATURE)
        checkpoint = open_checkpoint(header["checkpoint"], trusted)
    except NoteError:
        raise BadEntryError(Reason.SIGNATURE) from None
    if not checkpoint.origin.endswith("/" + header["log"]):
        raise BadEntryError(Reason.LOG)
    walk = LogWalk(header["log"])
    for line in rest:
        walk.add(line.removesuffix(b"\n"))
    if walk.tree.size != checkpoint.size:
        raise BadEntryError(Reason.MISSING, walk.tree.size)
    walk.check_root(checkpoint.root, Reason.CHECKPOINT)
    return walk


def _header(line: bytes) -> dict[str, str]:
    try:
        header = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise BadEntryError(Reason.FORMAT) from None
    texts = ("log", "checkpoint", "key")
    known = isinstance(header, dict) and header.get("format") == FORMAT
    if not known or not all(isinstance(header.get(name), str) for name in texts):
        raise BadEntryError(Reason.FORMAT)
    return {name: header[name] for name in texts}
