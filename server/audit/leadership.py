"""Who runs the sequencer: one process at a time.

Leadership keeps sequencers out of each other's way; it is not what keeps the log right. A leader that was
declared dead may still be writing: what it writes is fenced by the compare-and-set on the size of each log
(`store.add_batch`), whichever kind of leadership is used.
"""

import fcntl
import os
from pathlib import Path
from typing import Final, Protocol

from server.db.advisory_lock import AdvisoryLock
from server.db.database import Database

SEQUENCER_LOCK: Final = 0x0FF1_C1A6


class Leadership(Protocol):
    """A claim to lead, by one contender."""

    async def acquire(self) -> bool:
        """Lead if nobody else does; says whether this contender leads now. Cheap when it does already."""
        ...

    async def release(self) -> None:
        """Stop leading, or contending."""
        ...


class DatabaseLeadership:
    """Leads by an advisory lock of PostgreSQL; over when the connection that holds it is gone."""

    def __init__(self, database: Database) -> None:
        self._lock = AdvisoryLock(database.url, SEQUENCER_LOCK)

    async def acquire(self) -> bool:
        return await self._lock.acquire()

    async def release(self) -> None:
        await self._lock.release()


class FileLeadership:
    """Leads by an exclusive lock on a file (flock); over when the process is gone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    async def acquire(self) -> bool:
        if self._descriptor is not None and not self._is_still_there(self._descriptor):
            await self.release()
        if self._descriptor is None:
            self._descriptor = _lock(self._path)
        return self._descriptor is not None

    async def release(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _is_still_there(self, descriptor: int) -> bool:
        """Say whether the path still names the locked file: somebody may have deleted it."""
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except FileNotFoundError:
            return False


def _lock(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def leadership_of(database: Database) -> Leadership:
    """The kind of leadership that fits this database."""
    if database.is_sqlite:
        return FileLeadership(Path(f"{database.url.database}.sequencer"))
    return DatabaseLeadership(database)
