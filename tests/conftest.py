"""Fixtures for all tests: a turned-by-hand clock and real databases."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from server.audit.outbox import Outbox
from server.db.database import Database
from server.db.migrate import upgrade
from tests.clock import ManualClock
from tests.services.postgres import ensure_template, fresh_database

pytest_plugins = ["tests.services.fixtures"]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def _migrate(url: str) -> None:
    asyncio.run(upgrade(url))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database, to be copied."""
    path = tmp_path_factory.mktemp("template") / "officina.db"
    _migrate(f"sqlite+aiosqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> str:
    """The name of a migrated PostgreSQL database, to be copied; made anew when the schema changes."""
    server = Path(__file__).parents[1] / "server"
    sources = sorted([*server.glob("*/tables.py"), *server.glob("migrations/versions/*.py")])
    digest = sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    return ensure_template(postgres_url, f"officina_{digest[:16]}", _migrate)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with the schema and nothing in it: every test of a store runs on both."""
    if request.param == "sqlite":
        copy = tmp_path / "officina.db"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), copy)
        yield f"sqlite+aiosqlite:///{copy}"
    else:
        server: str = request.getfixturevalue("postgres_url")
        template: str = request.getfixturevalue("postgres_template")
        with fresh_database(server, template=template) as url:
            yield url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A database with the schema and nothing in it."""
    database = Database(database_url, pool_size=5)
    yield database
    await database.close()


@pytest.fixture
def outbox(clock: ManualClock) -> Outbox:
    return Outbox(clock)
