"""The audit log against a hash chain under a global lock, on the same database in the same run.

Both write the same events, each in a transaction of its own, from as many clients. The chain reads the last
hash and inserts under one lock; the log's clients only insert into the outbox, and the sequencer integrates
meanwhile. The log's rate counts up to when the last event is in the tree.
"""

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, insert, select, text

from benchmarks.report import Row, row
from server.audit.event import Actor, Event, EventType, Subject
from server.audit.leadership import leadership_of
from server.audit.outbox import Outbox
from server.audit.sequencer import Sequencer
from server.audit.verify import Verifier
from server.clock import SystemClock
from server.db.database import Database
from server.db.migrate import upgrade
from server.ids import ConsultationId, TenantId, new_id
from tests.services.postgres import fresh_database, postgres_server

CLIENTS = 16
SECONDS = 4.0
BATCHED_EVENTS = 20_000
PER_TRANSACTION = 200

NOTED = EventType("bench.noted", "Something was measured.", {"reason": "a code", "n": "a number"})
chain = Table(
    "bench_chain",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("hash", LargeBinary, nullable=False),
    Column("body", LargeBinary, nullable=False),
)

Write = Callable[[Database, Event], Awaitable[None]]


class Load:
    """Clients that each write one event after the other, and what they saw."""

    def __init__(self, database: Database, write: Write) -> None:
        self._database = database
        self._write = write
        self.tenant_id = TenantId(new_id())
        self.latencies_s: list[float] = []
        self._consultations = [ConsultationId(new_id()) for _ in range(50)]

    def event(self, n: int) -> Event:
        subject = Subject(tenant_id=self.tenant_id, consultation_id=self._consultations[n % 50])
        return NOTED(Actor("pharmacist", new_id()), subject, reason="measured", n=n)

    async def run(self, seconds: float) -> None:
        stop = time.perf_counter() + seconds
        async with asyncio.TaskGroup() as group:
            for client in range(CLIENTS):
                group.create_task(self._client(client, stop))

    async def _client(self, n: int, stop: float) -> None:
        while (started := time.perf_counter()) < stop:
            await self._write(self._database, self.event(n))
            self.latencies_s.append(time.perf_counter() - started)
            n += CLIENTS

    def p99_ms(self) -> float:
        return sorted(self.latencies_s)[int(len(self.latencies_s) * 0.99)] * 1000


async def into_chain(database: Database, event: Event) -> None:
    """One link, as a log with a chain under a lock does it."""
    async with database.transaction() as transaction:
        connection = transaction.connection
        if not database.is_sqlite:  # on SQLite, a write transaction is the lock
            await connection.execute(text("SELECT pg_advisory_xact_lock(7)"))
        last = await connection.scalar(select(chain.c.hash).order_by(chain.c.id.desc()).limit(1))
        body = repr(event).encode()
        digest = sha256((last or b"") + body).digest()
        await connection.execute(insert(chain).values(hash=digest, body=body))


async def chained(database: Database) -> Load:
    async with database.transaction() as transaction:
        await transaction.connection.run_sync(chain.create)
    load = Load(database, into_chain)
    await load.run(SECONDS)
    return load


async def logged(database: Database, name: str, against: Load) -> list[Row]:
    clock = SystemClock()
    outbox = Outbox(clock)

    async def into_outbox(database: Database, event: Event) -> None:
        async with database.transaction() as transaction:
            await outbox.record(transaction, event)

    load = Load(database, into_outbox)
    sequencer = Sequencer(database=database, outbox=outbox, clock=clock, leadership=leadership_of(database))
    async with sequencer:
        started = time.perf_counter()
        await load.run(SECONDS)
        written = time.perf_counter()
        while await sequencer.flush(load.tenant_id):
            pass
        integrated = time.perf_counter()
        batched = await _batched(database, outbox, sequencer, load)
    rate = len(load.latencies_s) / (integrated - started)
    chain_rate = len(against.latencies_s) / SECONDS
    verified = await _verified_per_s(database, load.tenant_id)
    is_goal = not database.is_sqlite
    return [
        row("audit", f"{name}: events, {CLIENTS} clients", rate, "1/s", against=chain_rate,
            goal=5_000 if is_goal else None, better="higher"),
        row("audit", f"{name}: p99 of a commit", load.p99_ms(), "ms", against=against.p99_ms(),
            goal=20 if is_goal else None),
        row("audit", f"{name}: until the last is in the log", integrated - written, "s", goal=1),
        row("audit", f"{name}: events, {PER_TRANSACTION} a transaction", batched, "1/s",
            goal=None if is_goal else 5_000, better="higher"),
        row("audit", f"{name}: verification", verified, "1/s", goal=1_000_000 / 60, better="higher"),
    ]  # fmt: skip


async def _batched(database: Database, outbox: Outbox, sequencer: Sequencer, load: Load) -> float:
    started = time.perf_counter()
    for start in range(0, BATCHED_EVENTS, PER_TRANSACTION):
        async with database.transaction() as transaction:
            for n in range(start, start + PER_TRANSACTION):
                await outbox.record(transaction, load.event(n))
    while await sequencer.flush(load.tenant_id):
        pass
    return BATCHED_EVENTS / (time.perf_counter() - started)


async def _verified_per_s(database: Database, log: str) -> float:
    started = time.perf_counter()
    verdict = await Verifier(database, lambda _: None, lambda _: None).verify(log)
    if verdict.fault is not None:
        raise verdict.fault
    return verdict.entries / (time.perf_counter() - started)


async def _on(url: str, name: str) -> list[Row]:
    await upgrade(url)
    database = Database(url, pool_size=CLIENTS + 2)
    try:
        return await logged(database, name, await chained(database))
    finally:
        await database.close()


@contextmanager
def _urls() -> Iterator[Iterable[tuple[str, str]]]:
    with tempfile.TemporaryDirectory(prefix="officina-bench-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL runs as another user when this runs as root
        with (
            postgres_server(Path(folder) / "postgres", durable=True) as server,
            fresh_database(server) as postgres,
        ):
            yield [("SQLite", f"sqlite+aiosqlite:///{folder}/log.db"), ("PostgreSQL", postgres)]


def measure() -> Iterable[Row]:
    """The rows of both databases."""
    with _urls() as urls:
        return [each for name, url in urls for each in asyncio.run(_on(url, name))]
