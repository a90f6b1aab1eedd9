"""Connections that broke while nobody used them are replaced before they are used."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg

from server.db import pinging
from server.db.database import Database
from tests.services.postgres import fresh_database


@pytest.fixture
def url(postgres_url: str, postgres_template: str) -> Iterator[str]:
    with fresh_database(postgres_url, template=postgres_template) as url:
        yield url


async def backend(database: Database) -> int:
    """The process that serves the connection of a snapshot."""
    async with database.snapshot() as connection:
        return int(await connection.scalar(text("SELECT pg_backend_pid()")) or 0)


async def test_a_connection_that_broke_while_idle_is_replaced(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinging, "IDLE_S", 0.0)
    database, other = Database(url, pool_size=1), Database(url, pool_size=1)
    before = await backend(database)
    async with other.snapshot() as connection:
        assert await connection.scalar(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": before})
    assert await backend(database) != before
    await database.close()
    await other.close()


async def test_a_connection_used_a_moment_ago_is_not_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinging, "IDLE_S", 3600.0)
    asked: list[object] = []

    def do_ping(_: object, connection: object) -> bool:
        asked.append(connection)
        return True

    monkeypatch.setattr(PGDialect_asyncpg, "do_ping", do_ping)
    database = Database(url, pool_size=1)
    for _ in range(3):
        await backend(database)
    assert asked == []
    monkeypatch.setattr(pinging, "IDLE_S", 0.0)
    await backend(database)
    assert len(asked) == 1
    await database.close()
