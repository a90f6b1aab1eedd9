"""What each version does to the ranks: a client that only counts knows its place at every version."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from server.db.database import Database
from server.ids import VisitId
from server.waiting_room import line, store
from server.waiting_room.models import LineNews
from tests.clock import ManualClock
from tests.server.parts import Parts
from tests.server.world import World


def replayed(before: Sequence[VisitId], ops: Sequence[tuple[int, int, int]]) -> list[VisitId]:
    """A line after steps in which somebody only leaves."""
    after = list(before)
    for _, rank, step in ops:
        assert step == -1
        after.pop(rank)
    return after


async def true_line(parts: Parts, world: World) -> list[VisitId]:
    view = await parts.counter.line(await world.technician(), world.queue_id)
    return [visitor.id for visitor in view.line]


async def news(parts: Parts, world: World, since: int) -> LineNews:
    async with parts.database.snapshot() as connection:
        return (await parts.waiting_room.line_changes(connection, {world.queue_id: since}))[world.queue_id]


async def three_waiting(parts: Parts, world: World, clock: ManualClock) -> list[VisitId]:
    waiting = []
    for _ in range(3):
        waiting.append(await parts.wait(await world.patient()))
        clock.advance(seconds=1)
    return waiting


async def test_joining_is_a_step_at_the_end(parts: Parts, world: World, clock: ManualClock) -> None:
    waiting = await three_waiting(parts, world, clock)
    assert await news(parts, world, 0) == LineNews(
        version=6, ops=((1, 0, 1), (3, 1, 1), (5, 2, 1)), gap=False
    )
    assert await true_line(parts, world) == waiting


async def test_being_admitted_leaves_a_rank(parts: Parts, world: World, clock: ManualClock) -> None:
    waiting = await three_waiting(parts, world, clock)
    await parts.admit(await world.pharmacist(), waiting[1])
    assert (await news(parts, world, 6)).ops == ((7, 1, -1),)


async def test_coming_back_after_a_call_is_a_step_at_the_front(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    waiting = await three_waiting(parts, world, clock)
    pharmacist = await world.pharmacist()
    await parts.admit(pharmacist, waiting[2])
    await parts.admission.no_show(pharmacist, waiting[2])
    assert (await news(parts, world, 6)).ops == ((7, 2, -1), (8, 0, 1))
    assert await true_line(parts, world) == [waiting[2], waiting[0], waiting[1]]


async def test_a_move_is_two_steps_of_one_version(parts: Parts, world: World, clock: ManualClock) -> None:
    waiting = await three_waiting(parts, world, clock)
    async with parts.database.transaction() as transaction:
        await parts.visits.lock(transaction, world.queue_id)
        visit = await parts.visits.visit(transaction.connection, waiting[2])
        assert visit is not None
        made = await store.change_visit(
            transaction.connection, visit.id, stands_at=visit.stands_at - timedelta(hours=1)
        )
        await store.record_change(
            transaction.connection,
            world.queue_id,
            left=line.position(visit),
            came=line.position(made),
            now=clock.now(),
        )
    assert await news(parts, world, 6) == LineNews(version=7, ops=((7, 2, -1), (7, 0, 1)), gap=False)


async def test_a_message_raises_the_version_and_moves_nobody(
    parts: Parts, world: World, clock: ManualClock
) -> None:
    waiting = await three_waiting(parts, world, clock)
    await parts.counter.message(await world.technician(), waiting[0], "Soon")
    assert await news(parts, world, 6) == LineNews(version=7, ops=(), gap=False)
    assert await news(parts, world, 7) == LineNews(version=7, ops=(), gap=False)


async def test_who_is_too_far_behind_is_told_of_a_gap(parts: Parts, world: World, clock: ManualClock) -> None:
    await three_waiting(parts, world, clock)
    async with parts.database.transaction() as transaction:
        assert await store.prune_changes(transaction.connection, clock.now()) == 6
    assert await news(parts, world, 5) == LineNews(version=6, ops=(), gap=True)
    assert not (await news(parts, world, 6)).gap
    assert (await news(parts, world, 7)).gap


@pytest.mark.parametrize("close", [0, 1, 2, 128])
async def test_ranks_are_the_same_counted_from_either_end(
    parts: Parts, world: World, clock: ManualClock, monkeypatch: pytest.MonkeyPatch, close: int
) -> None:
    monkeypatch.setattr("server.waiting_room.store.line.CLOSE", close)
    patients = [await world.patient() for _ in range(6)]
    waiting = [await parts.stand(patient) for patient in patients]
    for index in (3, 0, 5, 2):
        version = (await news(parts, world, 0)).version
        left = await true_line(parts, world)
        await parts.stay.leave(patients[index], waiting[index])
        ops = (await news(parts, world, version)).ops
        assert replayed(left, ops) == await true_line(parts, world)


async def test_a_queue_counts_who_stands_in_it(
    parts: Parts, world: World, database: Database, clock: ManualClock
) -> None:
    waiting = await three_waiting(parts, world, clock)
    await parts.admit(await world.pharmacist(), waiting[0])
    async with database.snapshot() as connection:
        found = await store.queue(connection, world.queue_id)
    assert found is not None
    assert found.standing == 2


async def test_places_are_the_same_read_one_by_one_or_all_at_once(
    parts: Parts, world: World, clock: ManualClock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = await three_waiting(parts, world, clock)
    other = await parts.stand(await world.patient(), queue_id=world.second_queue_id)
    gone = await parts.wait(await world.patient())
    await parts.admit(await world.pharmacist(), gone)
    async with database.snapshot() as connection:
        visits = await store.visits_by_id(connection, [*waiting, other, gone])
        one_by_one = await store.places(connection, visits)
        monkeypatch.setattr("server.waiting_room.store.line.FEW", 1)
        assert await store.places(connection, visits) == one_by_one
        assert await store.places(connection, ()) == {}
    assert one_by_one == {waiting[0]: 1, waiting[1]: 2, waiting[2]: 3, other: 1}
