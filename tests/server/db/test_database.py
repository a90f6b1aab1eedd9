"""Transactions on both databases."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select, update

from server.db.database import Database
from server.db.migrate import current, newest, upgrade
from server.ids import QueueId, new_id
from server.notices import Notice, QueueChanged

metadata = MetaData()
counters = Table("counters", metadata, Column("id", Integer, primary_key=True), Column("n", Integer))


@pytest.fixture(autouse=True)
async def _counter(database: Database) -> None:
    async with database.transaction() as transaction:
        await transaction.connection.run_sync(metadata.create_all)
        await transaction.connection.execute(insert(counters).values(id=1, n=0))


async def count(database: Database) -> int:
    async with database.snapshot() as connection:
        value: int = (await connection.execute(select(counters.c.n))).scalar_one()
        return value


async def test_a_transaction_commits_whole_or_not_at_all(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as transaction:
            await transaction.connection.execute(update(counters).values(n=1))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await count(database) == 0


async def test_last_rows_are_committed_with_the_rest_or_not_at_all(database: Database) -> None:
    async def write(ids: range, *, fail: bool = False) -> None:
        async with database.transaction() as transaction:
            for n in ids:
                transaction.insert_last(counters, {"id": n, "n": 0})
            if fail:
                raise RuntimeError

    await write(range(2, 5))
    with pytest.raises(RuntimeError):
        await write(range(5, 8), fail=True)
    async with database.snapshot() as connection:
        assert sorted(await connection.scalars(select(counters.c.id))) == [1, 2, 3, 4]


async def test_writers_that_read_first_lose_no_update(database: Database) -> None:
    async def increment() -> None:
        async with database.transaction() as transaction:
            query = select(counters.c.n).with_for_update()
            n = (await transaction.connection.execute(query)).scalar_one()
            await transaction.connection.execute(update(counters).values(n=n + 1))

    await asyncio.gather(*[increment() for _ in range(40)])
    assert await count(database) == 40


async def test_notices_leave_after_the_commit_and_only_then(database: Database) -> None:
    told: list[tuple[Notice, int]] = []
    database.on_commit(lambda notices: told.extend((notice, 0) for notice in notices))
    notice = QueueChanged(QueueId(new_id()), 1)
    async with database.transaction() as transaction:
        transaction.announce(notice)
        transaction.announce(notice)
        assert told == []
    assert told == [(notice, 0)]

    async def fail() -> None:
        async with database.transaction() as transaction:
            transaction.announce(notice)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert len(told) == 1


async def test_a_cancelled_writer_gives_its_place_back(database: Database) -> None:
    started = asyncio.Event()

    async def hang() -> None:
        async with database.transaction() as transaction:
            await transaction.connection.execute(update(counters).values(n=7))
            started.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(hang())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with asyncio.timeout(5), database.transaction() as transaction:
        await transaction.connection.execute(update(counters).values(n=1))
    assert await count(database) == 1


async def test_the_schema_is_at_the_newest_revision_and_upgrading_again_changes_nothing(
    database: Database, database_url: str
) -> None:
    assert await current(database_url) == newest()
    await upgrade(database_url)
    assert await current(database_url) == newest()


async def test_a_statement_on_sqlite_answers_whole(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'whole.db'}")
    async with database.transaction() as transaction:
        connection = transaction.connection
        await connection.run_sync(metadata.create_all)
        made = await connection.execute(insert(counters), [{"id": n, "n": n} for n in range(3)])
        raised = await connection.execute(update(counters).values(n=counters.c.n + 1).returning(counters.c.n))
        touched = await connection.execute(update(counters).where(counters.c.id > 0).values(n=0))
        assert (made.rowcount, touched.rowcount) == (3, 2)
        assert sorted(raised.scalars()) == [1, 2, 3]
    await database.close()
