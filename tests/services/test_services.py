"""The services are real: each test connects to one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest
from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.services import postgres
from tests.services.valkey import valkey_server

pytestmark = pytest.mark.integration


async def _query(url: str, statement: str) -> object:
    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            return (await connection.execute(text(statement))).scalar()
    finally:
        await engine.dispose()


async def test_a_fresh_database_is_a_real_postgresql(fresh_postgres_database: str) -> None:
    version = await _query(fresh_postgres_database, "SHOW server_version_num")
    assert int(str(version)) >= 150000


@pytest.mark.parametrize("run", [1, 2])
async def test_a_fresh_database_is_empty(fresh_postgres_database: str, run: int) -> None:
    tables = "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
    assert await _query(fresh_postgres_database, tables) == 0
    postgres.execute(fresh_postgres_database.replace("+asyncpg", ""), "CREATE TABLE left_behind (id int)")


async def test_a_fresh_database_is_gone_afterwards(postgres_url: str) -> None:
    with postgres.fresh_database(postgres_url) as url:
        assert await _query(url, "SELECT 1") == 1
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(url.replace("+asyncpg", ""))


async def test_a_template_is_prepared_once_and_copied(postgres_url: str) -> None:
    prepared: list[str] = []

    def prepare(url: str) -> None:
        prepared.append(url)
        postgres.execute(url.replace("+asyncpg", ""), "CREATE TABLE marker AS SELECT 7 AS n")

    name = f"template_of_{os.getpid()}"
    for _ in range(2):
        postgres.ensure_template(postgres_url, name, prepare)
        with postgres.fresh_database(postgres_url, template=name) as url:
            assert await _query(url, "SELECT n FROM marker") == 7
    assert len(prepared) == 1


@pytest.mark.parametrize("choice", ["", "embedded"])
async def test_a_server_of_its_own_starts_and_stops(choice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OFFICINA_TEST_POSTGRES", choice)
    folder = _folder_that_others_reach()
    with postgres.postgres_server(folder) as url:
        connection = await asyncpg.connect(url)
        assert await connection.fetchval("SELECT current_user") == "officina"
        await connection.close()
    with pytest.raises(OSError, match="Connect call failed"):
        await asyncpg.connect(url)


def _folder_that_others_reach() -> Path:
    folder = Path(os.environ["OFFICINA_TEST_SERVICES"]) / f"own-{time.monotonic_ns()}"
    folder.mkdir(mode=0o711)
    return folder


def test_a_server_ends_with_its_owner() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as owner:
        server = postgres.start_server(_folder_that_others_reach(), owner_pid=owner.pid)
    _wait_for(lambda: not _answers(server.url))
    postgres.stop_server(server)


def _answers(url: str) -> bool:
    try:
        postgres.execute(url, "SELECT 1")
    except (OSError, asyncpg.PostgresError):
        return False
    return True


def _wait_for(condition: Callable[[], bool], timeout_s: float = 10) -> None:
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)


async def test_valkey_keeps_and_publishes(valkey_url: str) -> None:
    async with Redis.from_url(valkey_url, decode_responses=True) as client:
        await client.set("officina:test", "7")
        assert await client.get("officina:test") == "7"
        async with client.pubsub() as channel:
            await channel.subscribe("officina:news")
            await client.publish("officina:news", "hello")
            heard = None
            while heard is None:
                heard = await channel.get_message(ignore_subscribe_messages=True, timeout=1)
            assert heard["data"] == "hello"


async def test_two_valkeys_run_side_by_side(valkey_url: str) -> None:
    with valkey_server() as other:
        assert other != valkey_url
        async with Redis.from_url(other) as client:
            assert await client.dbsize() == 0


@pytest.mark.browser
def test_chromium_says_its_version(chromium_path: str) -> None:
    said = subprocess.run(
        [chromium_path, "--version"], check=True, capture_output=True, text=True, timeout=20
    )
    assert "Chrom" in said.stdout
