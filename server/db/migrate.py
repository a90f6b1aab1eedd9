"""Bring a database to the newest schema, with Alembic, on SQLite and PostgreSQL alike."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

MIGRATIONS = Path(__file__).parent.parent / "migrations"
ADVISORY_LOCK = 0x0FF1C1A


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def newest() -> str | None:
    """The newest schema revision that this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


async def upgrade(url: str) -> None:
    """Upgrade the database at `url`, in one transaction; servers that start together take turns."""
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            await connection.run_sync(lambda sync: command.upgrade(_config(sync), "head"))
    finally:
        await engine.dispose()


async def current(url: str) -> str | None:
    """The schema revision that the database at `url` is at; `None` for an empty one."""
    engine = create_async_engine(url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(lambda s: MigrationContext.configure(s).get_current_revision())
    finally:
        await engine.dispose()
