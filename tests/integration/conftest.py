"""Fixtures of the whole system."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.integration.cluster import Cluster, Seeded, cluster, seed, settings_of, write_keys
from tests.integration.program import Program
from tests.services.postgres import ensure_template


@pytest.fixture(scope="session")
def seeded(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    """A seeded database to copy: made once by each worker, as its keys are."""
    folder = tmp_path_factory.mktemp("seed")
    keys = write_keys(folder)

    def prepare(url: str) -> None:
        asyncio.run(seed(Program(settings_of(url, keys, folder), folder)))

    template = ensure_template(postgres_url, f"seeded_{folder.parent.name}_{id(keys):x}", prepare)
    return Seeded(postgres_url, template, keys)


@pytest.fixture
def program(seeded: Seeded, valkey_url: str, tmp_path: Path) -> Iterator[Program]:
    """The program on a seeded PostgreSQL and a Valkey."""
    with seeded.program(tmp_path, valkey_url) as program:
        yield program


@pytest.fixture
async def two(program: Program) -> AsyncIterator[Cluster]:
    """Two servers, and the way to people at each."""
    async with cluster(program) as both:
        yield both
