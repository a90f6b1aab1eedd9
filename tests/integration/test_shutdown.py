"""A server that is told to stop finishes what it has begun."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from aiohttp import ClientSession

from tests.integration.cluster import PHARMACY, Seeded
from tests.integration.people import Person
from tests.integration.program import Server, eventually
from tests.signaling.client import Client

pytestmark = [pytest.mark.integration, pytest.mark.faults]

WAITING_FOR_A_LOCK = """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
"""


@asynccontextmanager
async def held_queues(database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """A database in which nobody can write to a queue."""
    connection = await asyncpg.connect(database_url)
    try:
        async with connection.transaction():
            await connection.execute("SELECT * FROM queues FOR UPDATE")
            yield connection
    finally:
        await connection.close()


async def readiness(http: ClientSession, server: Server) -> str:
    async with http.get(f"{server.url}/readyz") as response:
        status: str = (await response.json())["status"]
        assert (response.status == 200) == (status == "ready")
        return status


async def test_running_request_is_finished_before_the_end(
    seeded: Seeded, valkey_url: str, tmp_path: Path
) -> None:
    with seeded.program(tmp_path, valkey_url, OFFICINA_DRAIN_S="1.5") as program:
        async with program.serving() as server, ClientSession() as http:
            patient = Person(http, server.url)
            await patient.walk_in(PHARMACY, "Edith Moore")
            async with Client(http, server.url) as socket:
                await (await socket.open()).connect(patient.token)
                database_url = program.settings["OFFICINA_DATABASE_URL"]
                async with held_queues(database_url) as database:
                    leaving = asyncio.create_task(patient.ok("POST", f"visits/{patient.visit_id}/leave"))
                    await eventually(lambda: database.fetchval(WAITING_FOR_A_LOCK))
                    assert await readiness(http, server) == "ready"
                    server.process.send_signal(signal.SIGTERM)
                    await eventually(lambda: _drains(http, server))
                    assert await socket.ended() == 1012
                    assert not socket.disconnected
                    assert not leaving.done()
                assert (await leaving)["state"] == "left"
            assert await server.exited() == 0
            assert {line["level"] for line in server.log} == {"info"}


async def _drains(http: ClientSession, server: Server) -> bool:
    return await readiness(http, server) == "draining"
