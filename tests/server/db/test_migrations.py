"""The migrations make what the tables say, on both databases."""

import asyncio
import warnings
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Table, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from server.db import migrate
from server.db.database import Database
from server.db.migrate import current, newest, upgrade
from server.db.tables import metadata
from tests.services.postgres import fresh_database


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    with warnings.catch_warnings():
        # SQLite cannot tell the columns of an index on an expression; its name is compared below.
        warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression-based index")
        warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression-based index")
        return list(compare_metadata(context, metadata))


def index_names(connection: Connection, table: Table) -> set[str]:
    if connection.dialect.name == "sqlite":
        query = text(
            "SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = :t"
        )
    else:
        query = text("SELECT indexname FROM pg_indexes WHERE tablename = :t")
    return set(connection.scalars(query, {"t": table.name}))


async def test_migrating_an_empty_database_makes_the_tables_of_the_program(database: Database) -> None:
    async with database.snapshot() as connection:
        assert await connection.run_sync(differences) == []
        for table in metadata.sorted_tables:
            declared = {str(index.name) for index in table.indexes}
            assert declared <= await connection.run_sync(index_names, table)


async def test_two_servers_that_migrate_together_take_turns(postgres_url: str) -> None:
    with fresh_database(postgres_url) as url:
        await asyncio.gather(upgrade(url), upgrade(url))
        assert await current(url) == newest()


async def test_the_first_migration_can_be_undone(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'officina.db'}"
    await upgrade(url)
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(migrate._config(sync), "base"))
        left = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    await engine.dispose()
    assert set(left) <= {"alembic_version"}
