"""Rows that have served their time."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from server.consultations.tables import record_reveals
from server.db.pruning import prune
from server.idempotency.pruning import AttemptPruning
from server.idempotency.tables import idempotency_keys
from server.waiting_room import tables
from server.waiting_room.call_back_schemas import AskCallBack
from server.waiting_room.models import CallBackOutcome
from server.waiting_room.pruning import Pruning
from tests.clock import ManualClock
from tests.server.parts import Parts
from tests.server.world import World

SESSION_S = 43_200


@pytest.fixture
def pruning(parts: Parts) -> Pruning:
    return Pruning(parts.database, parts.clock, session_s=SESSION_S)


async def test_changes_of_ranks_are_kept_for_a_quarter_of_an_hour(
    parts: Parts, world: World, clock: ManualClock, pruning: Pruning
) -> None:
    await parts.stand(await world.patient())
    clock.advance(minutes=10)
    await parts.stand(await world.patient())
    clock.advance(minutes=5, seconds=1)
    assert await pruning.prune_changes() == 1
    assert await world.count(tables.line_changes) == 1


async def test_what_a_session_was_shown_is_kept_as_long_as_a_session_lasts(
    parts: Parts, world: World, clock: ManualClock, pruning: Pruning
) -> None:
    pharmacist = await world.pharmacist()
    await parts.wait(await world.patient())
    await parts.counter.line(pharmacist, world.queue_id)
    await parts.admit(pharmacist)
    clock.advance(seconds=SESSION_S)
    assert (await pruning.prune(), await parts.records.prune_reveals(SESSION_S)) == (0, 0)
    clock.advance(seconds=1)
    assert (await pruning.prune(), await parts.records.prune_reveals(SESSION_S)) == (1, 1)
    assert await world.count(tables.line_reveals) + await world.count(record_reveals) == 0


async def test_keys_are_kept_for_a_day(parts: Parts, world: World, clock: ManualClock) -> None:
    await parts.wait(await world.patient())
    await parts.admit(await world.pharmacist())
    attempts = AttemptPruning(parts.database, clock)
    clock.advance(hours=24)
    assert await attempts.prune() == 0
    clock.advance(seconds=1)
    assert await attempts.prune() == 1
    assert await world.count(idempotency_keys) == 0


async def test_who_was_rung_is_forgotten_and_who_waits_to_be_is_not(
    parts: Parts, world: World, clock: ManualClock, pruning: Pruning
) -> None:
    ids = [
        await parts.call_backs.ask(
            world.slug, AskCallBack(queue_id=world.queue_id, name="Ana", phone=f"020 7946 001{digit}")
        )
        for digit in (7, 8)
    ]
    await parts.call_backs.done(await world.technician(), ids[0], CallBackOutcome.REACHED)
    clock.advance(days=31)
    assert await pruning.prune() == 1
    assert await world.count(tables.call_backs) == 1


async def test_a_step_takes_out_so_many_rows_and_no_more(world: World, clock: ManualClock) -> None:
    async with world.database.transaction() as transaction:
        rows = [
            {
                "queue_id": world.queue_id,
                "made_at": clock.now() - timedelta(seconds=age),
                "version": age,
                "curve": {},
            }
            for age in range(7)
        ]
        await transaction.connection.execute(insert(tables.wait_curves), rows)
        before = clock.now() - timedelta(seconds=1)
        steps = [
            await prune(transaction.connection, tables.wait_curves, "made_at", before, limit=2)
            for _ in range(4)
        ]
    assert steps == [2, 2, 1, 0]
