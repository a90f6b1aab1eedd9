"""Fixtures for all tests: a turned-by-hand clock and real databases."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server.audit.outbox import Outbox
from server.db.database import Database
from server.db.migrate import upgrade
from tests.clock import ManualClock

pytest_plugins = ["tests.services.fixtures"]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: every test of a store runs on both."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'officina.db'}"
    url: str = request.getfixturevalue("fresh_postgres_database")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database with the schema and nothing in it."""
    await upgrade(database_url)
    database = Database(database_url, pool_size=5)
    yield database
    await database.close()


@pytest.fixture
def outbox(clock: ManualClock) -> Outbox:
    return Outbox(clock)
