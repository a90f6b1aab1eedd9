"""What an admit and a place are worth when the server or the database dies at the worst moment."""

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aiohttp import ClientError

from tests.integration.cluster import PHARMACY, Cluster, cluster, seed, settings_of, write_keys
from tests.integration.people import Answer, Person
from tests.integration.program import Program, eventually
from tests.integration.test_cluster import first_has_left
from tests.services.postgres import postgres_server

pytestmark = [pytest.mark.integration, pytest.mark.faults]

RECOVERED_WITHIN_S = 2.0
WAITING_FOR_A_LOCK = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = $1"


@asynccontextmanager
async def database_of(program: Program) -> AsyncIterator[asyncpg.Connection]:
    """A connection of our own to the program's database."""
    connection = await asyncpg.connect(program.settings["OFFICINA_DATABASE_URL"])
    try:
        yield connection
    finally:
        await connection.close()


async def queue_of(pharmacist: Person) -> str:
    queue_id: str = (await pharmacist.ok("GET", "queues"))["queues"][0]["id"]
    return queue_id


async def admit(pharmacist: Person, queue_id: str, key: str) -> Answer:
    return await pharmacist.call("POST", f"queues/{queue_id}/admit", {}, **{"Idempotency-Key": key})


async def consultations(database: asyncpg.Connection) -> list[str]:
    return [str(row["id"]) for row in await database.fetch("SELECT id FROM consultations")]


async def test_admit_cut_off_before_its_commit_has_not_happened(two: Cluster) -> None:
    patient = two.patient(two.second)
    await patient.walk_in(PHARMACY, "Edith Moore")
    pharmacist, key = await two.staff("pharmacist", two.first), f"{uuid4()}"
    queue_id = await queue_of(pharmacist)
    async with database_of(two.program) as ours, database_of(two.program) as other:
        async with ours.transaction():
            await ours.execute("SELECT * FROM queues FOR UPDATE")
            asked = asyncio.create_task(admit(pharmacist, queue_id, key))
            name = await ours.fetchval("SELECT current_database()")
            await eventually(lambda: other.fetchval(WAITING_FOR_A_LOCK, name))
            two.first.kill()
            with pytest.raises(ClientError):
                await asked
        assert await consultations(other) == []
        visit = await patient.ok("GET", f"visits/{patient.visit_id}")
        assert (visit["state"], visit["place"]) == ("waiting", 1)
        pharmacist.url = two.second.url
        answer = await admit(pharmacist, queue_id, key)
        assert await consultations(other) == [answer.body["id"]]


async def test_admit_whose_answer_never_arrived_is_answered_alike_at_the_next_server(two: Cluster) -> None:
    first, second = two.patient(two.second), two.patient(two.second)
    await first.walk_in(PHARMACY, "Edith Moore")
    await second.walk_in(PHARMACY, "Late Riser")
    pharmacist, key = await two.staff("pharmacist", two.first), f"{uuid4()}"
    queue_id = await queue_of(pharmacist)
    async with database_of(two.program) as ours:
        asked = asyncio.create_task(admit(pharmacist, queue_id, key))
        made = await eventually(lambda: consultations(ours))
        two.first.kill()
        await asyncio.gather(asked, return_exceptions=True)  # whether it was answered is a matter of luck
        pharmacist.url = two.second.url
        again = await admit(pharmacist, queue_id, key)
        assert (again.body["id"], again.body["visit_id"]) == (made[0], first.visit_id)
        assert await consultations(ours) == made
    assert (await second.ok("GET", f"visits/{second.visit_id}"))["place"] == 1


@pytest.fixture
def own_postgres() -> Iterator[str]:
    """A server for this test alone, which keeps what it acknowledges; yields its URL."""
    with tempfile.TemporaryDirectory(prefix="officina-test-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as another user when this runs as root
        with postgres_server(Path(folder) / "postgres", durable=True) as url:
            yield url


@pytest.mark.slow
async def test_places_and_calls_outlive_a_crash_of_the_database(
    own_postgres: str, valkey_url: str, tmp_path: Path
) -> None:
    settings = settings_of(own_postgres, write_keys(tmp_path), tmp_path)
    program = Program({**settings, "OFFICINA_REDIS_URL": valkey_url}, tmp_path)
    await seed(program)
    async with cluster(program) as two:
        await _crash_and_look(two)


async def _crash_and_look(two: Cluster) -> None:
    pharmacist, key = await two.staff("pharmacist", two.first), f"{uuid4()}"
    queue_id = await queue_of(pharmacist)
    line = [two.patient(server) for server in (two.first, two.second, two.first, two.second)]
    for person in line:
        await person.walk_in(PHARMACY, "Edith Moore")
    async with line[-1].socket() as waiting:
        await waiting.ok("visit.watch", visit_id=line[-1].visit_id)
        admitted = (await admit(pharmacist, queue_id, key)).body
        async with database_of(two.program) as database:
            backend = await database.fetchval("SELECT pg_backend_pid()")
            os.kill(backend, signal.SIGKILL)  # the server ends every session and recovers from its log
        await eventually(lambda: _answers(line[-1]))
        places = [(await person.ok("GET", f"visits/{person.visit_id}"))["place"] for person in line]
        assert places == [None, 1, 2, 3]
        assert (await admit(pharmacist, queue_id, key)).body["id"] == admitted["id"]
        await line[1].ok("POST", f"visits/{line[1].visit_id}/leave")
        async with asyncio.timeout(RECOVERED_WITHIN_S):
            await waiting.push("queue.tick", first_has_left)
    await two.program.tell("audit", "verify")


async def _answers(person: Person) -> Any:
    """Whether the service is back; until then it says that it is not to be had, and nothing else."""
    answer = await person.call("GET", f"visits/{person.visit_id}")
    assert answer.status == 200 or answer.body["code"] == "unavailable", answer
    return answer.status == 200
