"""Which failures of a database pass by themselves: made to happen on the real ones."""

import asyncio
import sqlite3
from collections.abc import Awaitable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from server.db.database import Database
from server.db.failure import is_passing
from tests.services.ports import free_port
from tests.services.postgres import fresh_database

END_OTHERS = text(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def failure_of(doing: Awaitable[None]) -> BaseException:
    (outcome,) = await asyncio.gather(doing, return_exceptions=True)
    assert isinstance(outcome, Exception), "it did not fail"
    return outcome


async def write(database: Database, *statements: str) -> None:
    async with database.transaction() as transaction:
        for statement in statements:
            await transaction.connection.execute(text(statement))


async def test_the_victim_of_a_deadlock_may_try_again(postgres_url: str) -> None:
    hold = text("SELECT pg_advisory_xact_lock(:key)")
    both = asyncio.Barrier(2)

    async def take(first: int, second: int) -> None:
        async with database.transaction() as transaction:
            await transaction.connection.execute(hold, {"key": first})
            await both.wait()
            await transaction.connection.execute(hold, {"key": second})

    with fresh_database(postgres_url) as url:
        database = Database(url)
        ends = await asyncio.gather(take(1, 2), take(2, 1), return_exceptions=True)
        await database.close()
    assert [is_passing(end) for end in ends if end is not None] == [True]


async def test_a_connection_that_the_server_ended_may_be_made_again(postgres_url: str) -> None:
    async def be_ended() -> None:
        async with ended.transaction() as transaction, other.snapshot() as connection:
            await transaction.connection.execute(text("SELECT 1"))
            await connection.execute(END_OTHERS)
            await transaction.connection.execute(text("SELECT 1"))

    with fresh_database(postgres_url) as url:
        ended, other = Database(url), Database(url)
        failure = await failure_of(be_ended())
        await ended.close()
        await other.close()
    assert is_passing(failure)


async def test_a_server_that_is_not_there_may_come_back() -> None:
    database = Database(f"postgresql+asyncpg://nobody@127.0.0.1:{free_port()}/none")
    failure = await failure_of(database.check())
    await database.close()
    assert is_passing(failure)


async def test_another_program_that_writes_may_finish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.db.database.SQLITE_BUSY_TIMEOUT_MS", 10)
    path = tmp_path / "officina.db"
    database = Database(f"sqlite+aiosqlite:///{path}")
    await database.check()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        failure = await failure_of(write(database))
    await database.close()
    assert is_passing(failure)


async def test_a_full_disk_may_be_cleared(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'officina.db'}")
    failure = await failure_of(
        write(
            database,
            "PRAGMA max_page_count = 2",
            "CREATE TABLE t (x)",
            "INSERT INTO t VALUES (zeroblob(1000000))",
        )
    )
    await database.close()
    assert is_passing(failure)


async def test_a_mistake_of_ours_does_not_pass(database: Database) -> None:
    assert not is_passing(await failure_of(write(database, "SELECT nothing FROM nowhere")))
