"""Reads the truth of a rehearsal from the database; fits `loadtest.ports.Replay`."""

from collections.abc import Sequence
from datetime import datetime

from loadtest.ports import CallRow, LineChange, VisitRow
from server.db.database import Database
from server.rehearsal import store


class DatabaseReplay:
    """The replay of a database that the server under load writes meanwhile."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def changes(self, queue_id: str, after_version: int) -> Sequence[LineChange]:
        async with self._database.snapshot() as connection:
            return await store.changes(connection, queue_id, after_version)

    async def standing(self, queue_id: str) -> tuple[int, int]:
        async with self._database.snapshot() as connection:
            return await store.standing(connection, queue_id)

    async def visits(self, queue_id: str, since: datetime) -> Sequence[VisitRow]:
        async with self._database.snapshot() as connection:
            return await store.visits_since(connection, queue_id, since)

    async def calls(self, queue_id: str, since: datetime) -> Sequence[CallRow]:
        async with self._database.snapshot() as connection:
            return await store.calls_since(connection, queue_id, since)
