"""One leads at a time, on both kinds of leadership; the next takes over when the first is gone."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import asyncpg
import pytest

from server.audit.leadership import FileLeadership, Leadership, leadership_of
from server.db.database import Database

Contender = Callable[[], Leadership]


@pytest.fixture
async def contender(database: Database) -> AsyncIterator[Contender]:
    """Makes one more contender for the same database."""
    async with AsyncExitStack() as stack:

        def make() -> Leadership:
            leadership = leadership_of(database)
            stack.push_async_callback(leadership.release)
            return leadership

        yield make


async def test_a_second_contender_does_not_lead(contender: Contender) -> None:
    first, second = contender(), contender()
    assert await first.acquire()
    assert not await second.acquire()
    assert not await second.acquire()


async def test_the_leader_goes_on_leading(contender: Contender) -> None:
    first = contender()
    assert [await first.acquire() for _ in range(3)] == [True, True, True]


async def test_the_second_leads_after_the_first_has_released(contender: Contender) -> None:
    first, second = contender(), contender()
    await first.acquire()
    await first.acquire()
    await first.release()
    assert await second.acquire()
    assert not await first.acquire()


async def test_the_second_takes_over_when_the_first_is_gone(contender: Contender, database: Database) -> None:
    second = contender()
    if database.is_sqlite:
        holder = _process_that_leads(Path(f"{database.url.database}.sequencer"))
        assert not await second.acquire()
        holder.send_signal(signal.SIGKILL)
        holder.communicate()
        assert await second.acquire()
    else:
        first = contender()
        assert await first.acquire()
        assert not await second.acquire()
        await terminate_the_lock_holder(database)
        assert await _leads_soon(second)
        assert not await first.acquire()


@pytest.mark.parametrize(
    "database_url", ["postgresql"], indirect=True
)  # a file lock has no connection to lose
async def test_a_standby_that_lost_its_connection_contends_again(
    contender: Contender, database: Database
) -> None:
    first, standby = contender(), contender()
    assert await first.acquire()
    assert not await standby.acquire()
    await terminate_all(database)
    assert await _leads_soon(standby)


async def test_two_databases_have_two_leaders(
    contender: Contender, tmp_path: Path, database: Database
) -> None:
    assert await contender().acquire()
    other = FileLeadership(tmp_path / "other.sequencer")
    assert await other.acquire()
    await other.release()


async def test_a_deleted_lock_file_ends_leadership(tmp_path: Path) -> None:
    path = tmp_path / "log.sequencer"
    first, second = FileLeadership(path), FileLeadership(path)
    assert await first.acquire()
    path.unlink()
    assert await second.acquire()
    assert not await first.acquire()
    await second.release()
    await first.release()


async def terminate_the_lock_holder(database: Database) -> None:
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url)
    try:
        killed = await connection.fetch(
            "SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database d ON d.oid = database "
            "WHERE locktype = 'advisory' AND granted AND datname = current_database()"
        )
        assert len(killed) == 1
    finally:
        await connection.close()


async def terminate_all(database: Database) -> None:
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    finally:
        await connection.close()


async def _leads_soon(leadership: Leadership) -> bool:
    """The server takes a moment to notice that a backend is gone."""
    for _ in range(500):
        if await leadership.acquire():
            return True
        await asyncio.sleep(0.01)
    return False


def _process_that_leads(path: Path) -> "subprocess.Popen[str]":
    program = (
        "import asyncio, sys; from pathlib import Path\n"
        "from server.audit.leadership import FileLeadership\n"
        "leadership = FileLeadership(Path(sys.argv[1]))\n"
        "print(asyncio.run(leadership.acquire()), flush=True); input()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "True"
    return process
