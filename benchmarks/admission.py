"""Admitting under load: many pharmacists at one queue, through the services, on a real database.

Open loop: admits are due at fixed moments, whatever has become of the earlier ones, and each is timed from
the moment it was due. Beside it stands the least that any admit costs on this machine at the same rate: a
transaction that locks the queue's row and raises its version. Then all pharmacists admit as fast as they can,
until the whole line was called; every tenth admit is sent twice at the same time, with one key. What
consultations would do in between is done by plain SQL, so that pharmacists are free again.
"""

import asyncio
import os
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import uvloop
from sqlalchemy import func, insert, select, update

from benchmarks.report import Row, row
from server.accounts import tables as accounts
from server.accounts.repeats import Request
from server.accounts.schemas import Person, WalkIn
from server.auth.principal import Principal
from server.clock import SystemClock
from server.config import Settings
from server.consultations import tables as consulting
from server.db.migrate import upgrade
from server.db.turns import Turns
from server.errors import Code, Refusal
from server.ids import ConsultationId, PatientId, VisitId, new_id
from server.keys import load_keys
from server.memory import settle
from server.parts import Parts, build
from server.waiting_room import tables as waiting_room
from server.waiting_room.models import VisitState
from tests.server.world import World
from tests.services.postgres import fresh_database, postgres_server

PHARMACISTS = 50
ADMITS = int(os.environ.get("OFFICINA_BENCH_ADMITS", "100000"))
RATE = 200
OPEN_LOOP_S = 60
AT_ONCE = 1_000
EMBEDDED_S = 10.0


@dataclass(slots=True)
class Shop:
    """A queue with its line and its pharmacists, and what became of the admits."""

    parts: Parts
    world: World
    pharmacists: asyncio.Queue[Principal] = field(default_factory=asyncio.Queue)
    given: Counter[str] = field(default_factory=Counter)
    """How many different consultations each visit was given."""
    differing: int = 0
    refused: Counter[Code] = field(default_factory=Counter)
    finishing: Turns[tuple[VisitId, ConsultationId], None] = field(init=False)

    def __post_init__(self) -> None:
        self.finishing = Turns(self._finish, most=PHARMACISTS)

    @classmethod
    async def open(cls, settings: Settings) -> "Shop":
        await upgrade(settings.database)
        parts = build(settings, load_keys(settings), SystemClock())
        shop = cls(parts, await World.make(parts.ground.database, parts.ground.clock))
        await shop.world.update_queue(shop.world.queue_id, capacity=10_000_000)
        for _ in range(PHARMACISTS):
            shop.pharmacists.put_nowait(await shop.world.pharmacist(queues=[shop.world.queue_id]))
        return shop

    async def line_up(self, number: int) -> None:
        """Have so many patients wait, by plain SQL."""
        for start in range(0, number, AT_ONCE):
            patients, visits = self._crowd(start, min(AT_ONCE, number - start))
            async with self.parts.ground.database.transaction() as transaction:
                await transaction.connection.execute(insert(accounts.patients), patients)
                await transaction.connection.execute(insert(waiting_room.visits), visits)

    def _crowd(self, start: int, number: int) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
        now = self.parts.ground.clock.now() - timedelta(hours=1)
        patients, visits = [], []
        for n in range(start, start + number):
            patient_id = PatientId(new_id())
            patients.append(
                {
                    "id": patient_id,
                    "tenant_id": self.world.tenant_id,
                    "name": "Somebody",
                    "birth_date": date(1950, 1, 1),
                    "language": "en",
                    "access_needs": [],
                    "safe_contact": {"ring": False, "text": False, "voicemail": False},
                    "created_at": now,
                }
            )
            visits.append(_waiting(self.world, patient_id, now + timedelta(milliseconds=n)))
        return patients, visits

    async def admit(self, *, twice: bool = False) -> None:
        """One admit by whoever is free, sent twice if asked, and the consultation over at once."""
        pharmacist = await self.pharmacists.get()
        key = new_id()
        try:
            answers = await asyncio.gather(*[self._admit(pharmacist, key) for _ in range(1 + twice)])
            self.differing += len(set(answers)) - 1
            visit_id, consultation_id = answers[0]
            self.given[visit_id] += 1
            await self.finishing.ask((visit_id, consultation_id))
        except Refusal as refusal:
            self.refused[refusal.code] += 1
            raise
        finally:
            self.pharmacists.put_nowait(pharmacist)

    async def _admit(self, pharmacist: Principal, key: str) -> tuple[VisitId, ConsultationId]:
        view = await self.parts.line.admission.admit(pharmacist, self.world.queue_id, None, key=key)
        return view.visit_id, view.id

    async def _finish(self, called: Sequence[tuple[VisitId, ConsultationId]]) -> Sequence[None]:
        """End what was begun, together, so that the arrangements cost little beside what is measured."""
        calls, visits = consulting.consultations, waiting_room.visits
        visit_ids, consultation_ids = zip(*called, strict=True)
        async with self.parts.ground.database.transaction() as transaction:
            await transaction.connection.execute(
                update(calls).where(calls.c.id.in_(consultation_ids)).values(state="closed")
            )
            await transaction.connection.execute(
                update(visits).where(visits.c.id.in_(visit_ids)).values(state="completed")
            )
        return [None] * len(called)

    async def touch(self) -> None:
        """The least an admit does: lock the queue's row, and raise its version."""
        queues = waiting_room.queues
        async with self.parts.ground.database.transaction() as transaction:
            mine = queues.c.id == self.world.queue_id
            await transaction.connection.execute(select(queues).where(mine).with_for_update(key_share=True))
            await transaction.connection.execute(
                update(queues).where(mine).values(version=queues.c.version + 1)
            )

    async def called_twice(self) -> int:
        """How many visits have more than one consultation in the database."""
        table = consulting.consultations
        several = select(table.c.visit_id).group_by(table.c.visit_id).having(func.count() > 1).subquery()
        async with self.parts.ground.database.snapshot() as connection:
            return await connection.scalar(select(func.count()).select_from(several)) or 0


def _waiting(world: World, patient_id: PatientId, arrived: object) -> dict[str, object]:
    return {
        "id": VisitId(new_id()),
        "tenant_id": world.tenant_id,
        "queue_id": world.queue_id,
        "pharmacy_id": world.pharmacy_id,
        "patient_id": patient_id,
        "state": VisitState.WAITING,
        "priority_class": "routine",
        "language": "en",
        "arrived_at": arrived,
        "stands_at": arrived,
        "created_at": arrived,
    }


async def at_rate(act: Callable[[], Awaitable[None]], seconds: float) -> list[float]:
    """Do it `RATE` times a second, whatever becomes of the earlier ones; the times it took, from when due."""
    started = time.perf_counter()
    latencies: list[float] = []

    async def one(due: float) -> None:
        await act()
        latencies.append(time.perf_counter() - due)

    async with asyncio.TaskGroup() as group:
        for n in range(int(seconds * RATE)):
            due = started + n / RATE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(one(due))
    return latencies


def percentile_ms(latencies: list[float], share: float) -> float:
    return sorted(latencies)[int(len(latencies) * share)] * 1000


async def clustered(settings: Settings) -> list[Row]:
    shop = await Shop.open(settings)
    await shop.line_up(ADMITS)
    settle()  # as the server does
    floor = await at_rate(shop.touch, 10)
    timed = await at_rate(shop.admit, min(OPEN_LOOP_S, ADMITS / 2 / RATE))
    left = ADMITS - len(timed)
    started = time.perf_counter()
    await _as_fast_as_they_can(shop, left)
    rate = left / (time.perf_counter() - started)
    doubled = sum(number > 1 for number in shop.given.values()) + await shop.called_twice()
    await shop.parts.ground.database.close()
    name = "admission"
    return [
        row(name, f"p99 of an admit, {RATE}/s", percentile_ms(timed, 0.99), "ms", goal=50,
            against=percentile_ms(floor, 0.99)),
        row(name, f"p50 of an admit, {RATE}/s", percentile_ms(timed, 0.5), "ms",
            against=percentile_ms(floor, 0.5)),
        row(name, f"admits, {PHARMACISTS} pharmacists at once", rate, "1/s"),
        row(name, f"double admits in {len(timed) + left:,}", doubled, "", goal=0),
        row(name, "retries that got another answer", shop.differing, "", goal=0),
        row(name, "refused", shop.refused.total(), "", goal=0),
    ]  # fmt: skip


async def _as_fast_as_they_can(shop: Shop, number: int) -> None:
    numbers = iter(range(number))

    async def pharmacist() -> None:
        for n in numbers:
            await shop.admit(twice=n % 10 == 0)

    async with asyncio.TaskGroup() as group:
        for _ in range(PHARMACISTS):
            group.create_task(pharmacist())


async def embedded(settings: Settings) -> list[Row]:
    """Joins at the door and admits, in turn, each whole and each durable."""
    shop = await Shop.open(settings)
    slug = await _slug(shop)
    stop = time.perf_counter() + EMBEDDED_S
    done = 0

    async def client() -> None:
        nonlocal done
        while time.perf_counter() < stop:
            await _walk_in(shop, slug)
            await shop.admit()
            done += 2

    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(8):
            group.create_task(client())
    rate = done / (time.perf_counter() - started)
    await shop.parts.ground.database.close()
    return [row("admission", "SQLite: joins and admits", rate, "1/s", goal=200, better="higher")]


async def _slug(shop: Shop) -> str:
    async with shop.parts.ground.database.snapshot() as connection:
        query = select(accounts.pharmacies.c.slug).where(accounts.pharmacies.c.id == shop.world.pharmacy_id)
        return str(await connection.scalar(query))


async def _walk_in(shop: Shop, slug: str) -> None:
    person = Person(name="Somebody", birth_date=date(1950, 1, 1))
    body = WalkIn(queue_id=shop.world.queue_id, person=person, video_consent=True, consent_version="1")
    entered = await shop.parts.accounts.arrivals.walk_in(slug, body, Request(device="bench"))
    assert entered.visit is not None
    await _ready(shop, entered.visit.id)


async def _ready(shop: Shop, visit_id: VisitId) -> None:
    visits = waiting_room.visits
    async with shop.parts.ground.database.transaction() as transaction:
        await transaction.connection.execute(
            update(visits).where(visits.c.id == visit_id).values(state=VisitState.WAITING)
        )


def measure() -> Iterable[Row]:
    with tempfile.TemporaryDirectory(prefix="officina-bench-") as folder:
        data = Path(folder)
        data.chmod(0o711)  # PostgreSQL runs as another user when this runs as root
        with postgres_server(data / "postgres", durable=True) as server, fresh_database(server) as url:
            yield from uvloop.run(clustered(Settings(data_dir=data, database_url=url, database_pool=20)))  # type: ignore[arg-type]  # pydantic makes a secret of it
        (data / "embedded").mkdir()
        yield from uvloop.run(embedded(Settings(data_dir=data / "embedded")))
