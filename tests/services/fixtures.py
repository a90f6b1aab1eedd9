"""Fixtures over the services, loaded by `tests/conftest.py` as a plugin.

The PostgreSQL server is one for the whole run: xdist workers find it in a folder that the process
which started the run names in the environment, and that process stops it. Each worker has its own
Valkey.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.chromium import find_chromium
from tests.services.postgres import (
    PostgresUnavailableError,
    fresh_database,
    shared_postgres,
    stop_shared_postgres,
)
from tests.services.valkey import valkey_server

_FOLDER = "OFFICINA_TEST_SERVICES"
_OWNER = "OFFICINA_TEST_OWNER"


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput") and _FOLDER in os.environ:
        return
    folder = tempfile.mkdtemp(prefix="officina-services-")
    Path(folder).chmod(0o711)  # PostgreSQL runs as another user when the tests run as root
    os.environ[_FOLDER] = folder
    os.environ[_OWNER] = str(os.getpid())


def pytest_unconfigure() -> None:
    if os.environ.get(_OWNER) != str(os.getpid()):
        return
    folder = Path(os.environ.pop(_FOLDER))
    del os.environ[_OWNER]
    stop_shared_postgres(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostgreSQL server (`postgresql://...`) whose user may create databases."""
    try:
        return shared_postgres(Path(os.environ[_FOLDER]), owner_pid=int(os.environ[_OWNER]))
    except PostgresUnavailableError as problem:
        pytest.fail(f"No PostgreSQL for the tests: {problem}", pytrace=False)


@pytest.fixture
def fresh_postgres_database(postgres_url: str) -> Iterator[str]:
    """The `postgresql+asyncpg://...` URL of an empty database, dropped after the test."""
    with fresh_database(postgres_url) as url:
        yield url


@pytest.fixture(scope="session")
def valkey_url() -> Iterator[str]:
    """A Valkey (`redis://...`), this worker's own."""
    with valkey_server() as url:
        yield url


@pytest.fixture(scope="session")
def chromium_path() -> str:
    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium on this machine: start the browser tests with ./test browser")
    return path
