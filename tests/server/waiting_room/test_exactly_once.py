"""Fifty pharmacists at one queue: each visit is called once, whatever is sent twice, and the ranks add up."""

import asyncio
from collections import Counter
from itertools import count

import pytest
from sqlalchemy import func, insert, select, update

from server.accounts.tables import patients
from server.auth.principal import Principal
from server.consultations.tables import consultations
from server.ids import VisitId, new_id
from server.waiting_room.tables import queues, visits
from tests.clock import ManualClock
from tests.server.parts import Parts
from tests.server.world import World

WAITING = 200
PHARMACISTS = 50


async def line_up(parts: Parts, world: World, clock: ManualClock) -> list[VisitId]:
    """Have many wait, by plain SQL."""
    people = [new_id() for _ in range(WAITING)]
    common = {"tenant_id": world.tenant_id, "created_at": clock.now(), "language": "en"}
    waiting = []
    for patient_id in people:
        clock.advance(milliseconds=1)
        waiting.append(
            common
            | {
                "id": new_id(),
                "queue_id": world.queue_id,
                "pharmacy_id": world.pharmacy_id,
                "patient_id": patient_id,
                "state": "waiting",
                "priority_class": "routine",
                "arrived_at": clock.now(),
                "stands_at": clock.now(),
            }
        )
    async with parts.database.transaction() as transaction:
        person = common | {"name": "Somebody", "access_needs": [], "safe_contact": {}}
        rows = [person | {"id": patient_id} for patient_id in people]
        await transaction.connection.execute(insert(patients), rows)
        await transaction.connection.execute(insert(visits), waiting)
        await transaction.connection.execute(update(queues).values(standing=WAITING))
    return [VisitId(str(each["id"])) for each in waiting]


async def finish(parts: Parts, pharmacist: Principal) -> None:
    """The consultation is over at once, by plain SQL."""
    mine = consultations.c.pharmacist_id == pharmacist.subject_id
    async with parts.database.transaction() as transaction:
        await transaction.connection.execute(update(consultations).where(mine).values(state="closed"))


@pytest.mark.slow
async def test_fifty_pharmacists_call_two_hundred_visits_once_each_in_order(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    waiting = await line_up(parts, world, clock)
    given: list[VisitId] = []
    turns = count()

    async def work(pharmacist: Principal) -> None:
        while (turn := next(turns)) < WAITING:
            key = new_id()
            answers = await asyncio.gather(
                *(parts.admit(pharmacist, key=key) for _ in range(2 if turn % 5 == 0 else 1))
            )
            assert len({answer.id for answer in answers}) == 1
            given.append(answers[0].visit_id)
            await finish(parts, pharmacist)

    pharmacists = [await world.pharmacist() for _ in range(PHARMACISTS)]
    await asyncio.gather(*(work(pharmacist) for pharmacist in pharmacists))
    assert Counter(given) == Counter(waiting)
    async with parts.database.snapshot() as connection:
        per_visit = select(func.count()).select_from(consultations).group_by(consultations.c.visit_id)
        assert set(await connection.scalars(per_visit)) == {1}
        news = (await parts.waiting_room.line_changes(connection, {world.queue_id: 0}))[world.queue_id]
        left = await connection.scalar(select(queues.c.standing).where(queues.c.id == world.queue_id))
    # Always the first was taken: so nobody was called out of order.
    assert news.ops == tuple((version, 0, -1) for version in range(1, WAITING + 1))
    assert left == 0
