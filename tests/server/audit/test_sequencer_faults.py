"""Cancelled at every await, cut off and killed, the sequencer loses nothing and doubles nothing."""

import asyncio
import signal
import subprocess
import sys
import types
from collections.abc import Coroutine, Generator
from functools import partial
from typing import Any

import asyncpg
import pytest
from sqlalchemy import select

from server.audit.leadership import Leadership
from server.audit.outbox import Outbox
from server.audit.sequencer import Sequencer
from server.audit.tables import outbox as outbox_table
from server.audit.verify import Verifier
from server.db.database import Database
from server.db.failure import DatabaseFailure
from server.ids import ConsultationId, TenantId, new_id
from tests.clock import ManualClock
from tests.server.audit.conftest import CLOSED, Pharmacy, drain
from tests.server.audit.test_sequencer import numbers

pytestmark = pytest.mark.faults


@types.coroutine
def cancel_at(work: Coroutine[Any, Any, int], step: int) -> Generator[Any, Any, int]:
    """Run `work` in this task, which is cancelled as it suspends for the `step`-th time."""
    suspended = 0
    resume = partial(work.send, None)
    while True:
        try:
            awaited = resume()
        except StopIteration as stop:
            return int(stop.value)
        suspended += 1
        task = asyncio.current_task()
        if suspended == step and task is not None:
            task.cancel()
        try:
            yield awaited
            resume = partial(work.send, None)
        except BaseException as error:  # noqa: BLE001  # handed on to the coroutine, as a task does
            resume = partial(work.throw, error)


async def _cancelled(work: Coroutine[Any, Any, int], step: int) -> int:
    return await cancel_at(work, step)


async def waiting(database: Database) -> int:
    async with database.snapshot() as connection:
        return len((await connection.execute(select(outbox_table.c.position))).all())


async def verify(database: Database, log: str) -> None:
    verdict = await Verifier(database, lambda _: None, lambda _: None).verify(log)
    assert verdict.fault is None, (verdict.fault.reason, verdict.fault.index)


async def test_cancelled_at_any_await_it_loses_and_doubles_nothing(
    database: Database, pharmacy: Pharmacy, sequencer: Sequencer
) -> None:
    consultation = ConsultationId(new_id())
    recorded, step, cancelled = 0, 0, 0
    while True:
        step += 1
        await pharmacy.record(recorded, consultation_id=consultation)
        recorded += 1
        task = asyncio.create_task(_cancelled(sequencer.run_once(), step))
        await asyncio.wait([task])
        cancelled += task.cancelled()
        log = await pharmacy.log()
        assert len(log) + await waiting(database) == recorded
        assert numbers(log) == list(range(len(log)))
        if not task.cancelled():
            break
    assert cancelled > 5  # awaits that were there to be cancelled at
    await pharmacy.record(kind=CLOSED, consultation_id=consultation)
    await drain(sequencer)
    assert numbers((await pharmacy.log())[:-1]) == list(range(recorded))
    await verify(database, pharmacy.tenant_id)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has no connections to kill
async def test_connections_are_killed_under_load_and_every_acknowledged_event_is_logged_once(
    database: Database, pharmacy: Pharmacy, clock: ManualClock, leadership: Leadership
) -> None:
    acknowledged: list[int] = []
    async with Sequencer(
        database=database,
        outbox=pharmacy.outbox,
        clock=clock,
        leadership=leadership,
        poll_s=0.02,
        linger_s=0,
        batch=5,
    ):
        async with asyncio.TaskGroup() as group:
            for writer in range(3):
                group.create_task(_write(pharmacy, range(writer * 100, writer * 100 + 60), acknowledged))
            group.create_task(_kill_connections(database, times=12))
        async with asyncio.timeout(20):
            while await waiting(database):  # noqa: ASYNC110  # awaits a row of the database
                await asyncio.sleep(0.02)
    logged = numbers(await pharmacy.log())
    assert len(acknowledged) > 100
    assert len(set(logged)) == len(logged)
    assert set(acknowledged) <= set(logged)
    await verify(database, pharmacy.tenant_id)


async def _write(pharmacy: Pharmacy, events: range, acknowledged: list[int]) -> None:
    for n in events:
        try:
            await pharmacy.record(n)
        except (DatabaseFailure, OSError):
            continue  # perhaps committed, perhaps not: nobody was told that it was
        acknowledged.append(n)


async def _kill_connections(database: Database, times: int) -> None:
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(url)
    try:
        for _ in range(times):
            await asyncio.sleep(0.03)
            await connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
    finally:
        await connection.close()


WRITER = """
import asyncio, sys
from server.audit.leadership import leadership_of
from server.audit.outbox import Outbox
from server.audit.sequencer import Sequencer
from server.clock import SystemClock
from server.db.database import Database
from server.ids import TenantId
from tests.server.audit.conftest import Pharmacy

async def main(url, tenant_id, start):
    database = Database(url, pool_size=4)
    outbox, clock = Outbox(SystemClock()), SystemClock()
    pharmacy = Pharmacy(database, outbox, TenantId(tenant_id))
    leadership = leadership_of(database)
    sequencer = Sequencer(
        database=database, outbox=outbox, clock=clock, leadership=leadership, linger_s=0, batch=3
    )
    async with sequencer:
        for n in range(int(start), int(start) + 10_000):
            await pharmacy.record(n)
            print(n, flush=True)

asyncio.run(main(*sys.argv[1:]))
"""


async def test_a_killed_process_leaves_every_acknowledged_event_to_the_next(
    database: Database, database_url: str, clock: ManualClock, leadership: Leadership
) -> None:
    pharmacy = Pharmacy(database, Outbox(clock), TenantId(new_id()))
    acknowledged: list[int] = []
    for life in range(3):
        acknowledged += await asyncio.to_thread(
            _live_and_die, database_url, pharmacy.tenant_id, life * 10_000, 10 + 7 * life
        )
    sequencer = Sequencer(database=database, outbox=pharmacy.outbox, clock=clock, leadership=leadership)
    await drain(sequencer)
    logged = numbers(await pharmacy.log())
    assert len(set(logged)) == len(logged)
    assert set(acknowledged) <= set(logged)
    await verify(database, pharmacy.tenant_id)


def _live_and_die(url: str, tenant_id: str, start: int, events: int) -> list[int]:
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, url, tenant_id, str(start)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = [int(process.stdout.readline()) for _ in range(events)]
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    return said + [int(line) for line in rest.split()]
